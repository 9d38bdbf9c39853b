using Rapport.Fhir;

namespace Rapport.Merging;

/// <summary>Gathers by what codes and names something is known.</summary>
internal sealed class ConceptKeys
{
    /// <summary>More codings and names than that say nothing more of what something is.</summary>
    private const int MostCodings = 16;

    private const string PlanCategories = "http://hl7.org/fhir/us/core/CodeSystem/careplan-category";
    private const string Loinc = "http://loinc.org";
    private const string Cvx = "http://hl7.org/fhir/sid/cvx";

    internal List<ulong> Codes { get; } = [];

    internal List<ulong> NameKeys { get; } = [];

    internal List<ulong[]> Words { get; } = [];

    /// <summary>The systems of the codes.</summary>
    internal List<ulong> Systems { get; } = [];

    /// <summary>The names as they are told, but for capitals and blanks: values in words differ by a sign.</summary>
    internal List<ulong> Told { get; } = [];

    /// <summary>Concepts that its codes and names are listed under.</summary>
    internal List<ulong> Listed { get; } = [];

    internal Medicine? Medicine { get; private set; }

    internal ulong Antigens { get; private set; }

    internal Analyte? Analyte { get; private set; }

    internal IEnumerable<ulong> All => [.. Codes, .. NameKeys, .. Listed];

    /// <summary>What a concept is called best.</summary>
    internal static string? BestName(Element concept) =>
        FactReader.Text(concept, "text") ?? FactReader.Each(concept, "coding").Select(coding => FactReader.Text(coding, "display")).FirstOrDefault(name => name is not null);

    /// <summary>Takes a CodeableConcept, a Coding, a HumanName, a reference with a name, or a name in plain letters.</summary>
    internal void Take(Element element, FactKind kind)
    {
        switch (element.TypeName)
        {
            case "CodeableConcept":
                TakeName(FactReader.Text(element, "text"), kind);
                foreach (var coding in FactReader.Each(element, "coding").Take(MostCodings))
                {
                    TakeCoding(coding, kind);
                }

                break;
            case "Coding":
                TakeCoding(element, kind);
                break;
            case "Reference":
                TakeName(FactReader.Text(element, "display"), kind);
                break;
            case "HumanName":
                TakeName(PersonName(element), kind);
                break;
            default:
                TakeName(element.HasValue ? element.GetString() : null, kind);
                break;
        }
    }

    /// <summary>What somebody is called; of what stands behind a name only what tells father from son.</summary>
    private static string? PersonName(Element name)
    {
        var parts = FactReader.Each(name, "given").Concat(FactReader.Each(name, "family")).Select(part => part.GetString()).ToList();
        var generations = FactReader.Each(name, "suffix").Select(suffix => suffix.GetString()?.Trim('.', ' ').ToLowerInvariant()).Where(suffix => suffix is "jr" or "sr" or "ii" or "iii" or "iv");
        return parts.Count > 1 ? string.Join(' ', parts.Concat(generations)) : FactReader.Text(name, "text");
    }

    private void TakeCoding(Element coding, FactKind kind)
    {
        var (system, code) = (FactReader.Text(coding, "system"), FactReader.Text(coding, "code"));
        if (system == PlanCategories)
        {
            // Every plan that follows US Core has its one code, which names none.
            return;
        }

        if (system is not null && code is not null)
        {
            Codes.Add(Names.Hash('c', $"{system}|{code}"));
            Systems.Add(Names.Hash('s', system));
            if (Concepts.OfCode(system, code) is { } concept)
            {
                Listed.Add(concept);
            }

            Analyte ??= system == Loinc ? Analyte.OfLoinc(code) : null;
            Antigens = Antigens == 0 && kind == FactKind.Vaccination && system == Cvx ? Vaccine.OfCvx(code) ?? 0 : Antigens;
        }

        TakeName(FactReader.Text(coding, "display"), kind);
    }

    private void TakeName(string? name, FactKind kind)
    {
        var rules = NameRules.Of(kind);
        if (NameKeys.Count >= MostCodings || Names.Normal(name, rules) is not { } normal)
        {
            return;
        }

        Told.Add(Names.ToldKey(name!));

        var key = Names.Hash('n', normal);
        if (!NameKeys.Contains(key))
        {
            NameKeys.Add(key);
            Words.Add(Names.WordKeys(name, rules));
        }

        if (Concepts.OfName(normal, rules) is { } concept)
        {
            Listed.Add(concept);
        }

        if (kind is FactKind.Medicine or FactKind.Dose or FactKind.Supply or FactKind.Allergy)
        {
            // The name that tells most: a brand alone says less than a name with strength and form.
            var medicine = Medicine.Of(name);
            Medicine = Medicine is null || (medicine is not null && medicine.Strengths.Length > Medicine.Strengths.Length) ? medicine : Medicine;
        }

        Antigens = Antigens == 0 && kind == FactKind.Vaccination ? Vaccine.Of(name) ?? 0 : Antigens;
    }
}
