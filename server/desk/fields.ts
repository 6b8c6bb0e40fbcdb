/** A form's field for the template. `theirs`: what somebody else has saved in it meanwhile. */
export type FieldModel = {
  id: string;
  label: string;
  value: string;
  fault: string | null;
  hint: string | null;
  rows: number | null;
  type: string;
  optional: boolean;
  options: { value: string; name: string; isChosen: boolean }[] | null;
  theirs: string | null;
  doubt: string | null;
  described: string | null;
  textLanguage: string | null;
  autocomplete: string;
};

export type FieldOptions = {
  value?: string | undefined;
  fault?: string | null | undefined;
  hint?: string;
  rows?: number;
  type?: string;
  optional?: boolean;
  options?: readonly [value: string, name: string][];
  theirs?: string | null;
  /** What is to be looked at, but does not keep anybody from saving. */
  doubt?: string | null | undefined;
  textLanguage?: string;
  autocomplete?: string;
};

/** A labelled field; the ids of hint and fault are what describes it to a screen reader. */
export function field(id: string, label: string, options: FieldOptions = {}): FieldModel {
  const { value = '', fault = null, hint = null, rows = null, theirs = null, doubt = null } = options;
  const described = [
    hint && `${id}-hint`,
    fault && `${id}-fault`,
    doubt && `${id}-doubt`,
    theirs !== null && `${id}-theirs`,
  ];
  return {
    id,
    label,
    value,
    fault,
    hint,
    rows,
    theirs,
    doubt,
    type: options.type ?? 'text',
    optional: options.optional ?? false,
    options: options.options?.map(([each, name]) => ({ value: each, name, isChosen: each === value })) ?? null,
    described: described.filter(Boolean).join(' ') || null,
    textLanguage: options.textLanguage ?? null,
    autocomplete: options.autocomplete ?? 'off',
  };
}

export const faulty = (fields: readonly FieldModel[]): FieldModel[] => fields.filter(({ fault }) => fault !== null);
