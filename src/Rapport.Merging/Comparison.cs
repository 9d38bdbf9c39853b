namespace Rapport.Merging;

/// <summary>Two entries that may tell of one thing.</summary>
/// <param name="Reason">By which rule.</param>
/// <param name="Certainty">What must be so besides.</param>
internal readonly record struct Likeness(MergeReason Reason, MergeCertainty Certainty);

/// <summary>
/// The rules by which two facts are one. They are made so that what is shown once is one: where a rule cannot tell, both are shown. A fact that says something holds is never the same as one that
/// says it does not, for then both must be seen.
/// </summary>
internal static class Comparison
{
    /// <summary>Whether the time of such a fact says nothing of whether it is another.</summary>
    internal static bool IsTimeless(FactKind kind) =>
        kind is FactKind.Allergy or FactKind.Relative or FactKind.Document or FactKind.Person or FactKind.Organisation or FactKind.Place or FactKind.Numbered;

    /// <summary>Whether nearly the same name is enough, where all else is the same: what was found says that it is of one thing. Diseases, shots and medicines of like names are not one.</summary>
    internal static bool ComparesWords(FactKind kind) => kind is FactKind.Measurement or FactKind.Report;

    /// <summary>How the two are one; null when they are not, or nothing tells.</summary>
    internal static Likeness? Of(Fact a, Fact b)
    {
        if (a.Kind != b.Kind || a.IsDenied != b.IsDenied || (a.Holds is { } one && b.Holds is { } other && one != other) || !SitesGoTogether(a, b))
        {
            return null;
        }

        var when = IsTimeless(a.Kind) ? SameWhen.Any : FactTime.Compare(a.Time, b.Time);
        if (when is null || !ValuesGoTogether(a, b))
        {
            return null;
        }

        var by = Concept(a, b);
        if (Shares(a.Identifiers, b.Identifiers))
        {
            // One number stands on a whole panel at times: then what they are must be the same too.
            var isKnown = by is not null || IsTimeless(a.Kind) || a.Names.Length + a.Codes.Length == 0 || b.Names.Length + b.Codes.Length == 0;
            return isKnown ? new Likeness(new MergeReason(SameBy.Identifier, SameWhen.Any), MergeCertainty.Sure) : null;
        }

        return by is { } concept && Judge(a, b, concept, when.Value) is { } certainty ? new Likeness(new MergeReason(concept, when.Value), certainty) : null;
    }

    /// <summary>Whether the two are of one thing, be it on other days or with other values.</summary>
    internal static bool IsLike(Fact a, Fact b) => Concept(a, b) is not null and not SameBy.LikeName;

    /// <summary>How certain it is that the two are one; null when they are not.</summary>
    private static MergeCertainty? Judge(Fact a, Fact b, SameBy by, SameWhen when) => (a.Kind, when) switch
    {
        (FactKind.Numbered, _) => null,
        (FactKind.Document, _) => by == SameBy.Content ? MergeCertainty.Sure : null,
        (FactKind.Relative, _) => a.Content == b.Content ? MergeCertainty.Sure : null,
        (FactKind.Person or FactKind.Organisation or FactKind.Place, _) => a.Identifiers.Length == 0 || b.Identifiers.Length == 0 ? MergeCertainty.Sure : MergeCertainty.IfOnly,
        (FactKind.Allergy, _) => MergeCertainty.Sure,
        (FactKind.Measurement, _) when !HaveSameValue(a, b) => null,
        (_, SameWhen.Moment or SameWhen.Day) => by == SameBy.LikeName ? MergeCertainty.IfOnly : MergeCertainty.Sure,
        (_, _) when by == SameBy.LikeName => null,
        (FactKind.Measurement, SameWhen.DayApart or SameWhen.ClockApart) => IsTelling(a) ? MergeCertainty.IfOnly : MergeCertainty.IfRare,
        (FactKind.Problem, SameWhen.DayApart or SameWhen.ClockApart or SameWhen.OtherTime) => MergeCertainty.Sure,
        (_, SameWhen.DayApart or SameWhen.ClockApart) => MergeCertainty.IfOnly,
        (FactKind.Measurement or FactKind.Dose or FactKind.Visit, _) => null,
        (_, SameWhen.OtherTime or SameWhen.Within) => MergeCertainty.IfOnly,
        (FactKind.Problem or FactKind.Medicine or FactKind.Goal or FactKind.Plan or FactKind.Team, SameWhen.Unknown) => MergeCertainty.IfOnly,
        _ => null,
    };

    /// <summary>By what the two are of one thing; null when nothing tells.</summary>
    private static SameBy? Concept(Fact a, Fact b)
    {
        if (a.Kind is FactKind.Medicine or FactKind.Dose or FactKind.Supply && a.Medicine is { } one && b.Medicine is { } other)
        {
            return Medicine.GoTogether(one, other) ? Shares(a.Codes, b.Codes) ? SameBy.Code : SameBy.Ingredient : null;
        }

        return a.Content != 0 && a.Content == b.Content && a.Kind == FactKind.Document ? SameBy.Content
            : Shares(a.Codes, b.Codes) ? SameBy.Code
            : a.Antigens != 0 && b.Antigens != 0 && a.Antigens != b.Antigens ? null
            : Shares(a.Names, b.Names) ? SameBy.Name
            : Shares(a.Concepts, b.Concepts) ? SameBy.Concept
            : a.Antigens != 0 && a.Antigens == b.Antigens ? SameBy.Antigen
            : a.Kind == FactKind.Measurement && a.Parts.Length > 1 && HaveSameParts(a, b) ? SameBy.Parts
            : a.Kind == FactKind.Allergy && a.Medicine is { } left && b.Medicine is { } right && left.Ingredients == right.Ingredients ? SameBy.Ingredient
            : AreLikeNamed(a, b) ? SameBy.LikeName
            : null;
    }

    /// <summary>Nearly the same name, and no code or list that tells the two apart.</summary>
    private static bool AreLikeNamed(Fact a, Fact b) =>
        ComparesWords(a.Kind) && !Shares(a.Systems, b.Systems) && (a.Concepts.Length == 0 || b.Concepts.Length == 0)
        && Array.Exists(a.Words, name => Array.Exists(b.Words, other => Names.AreAlike(name, other)));

    private static bool SitesGoTogether(Fact a, Fact b) => a.Sites.Length == 0 || b.Sites.Length == 0 || Shares(a.Sites, b.Sites);

    /// <summary>Whether both found the same: the number, the words, each part. Where neither tells what it found, nothing says so.</summary>
    private static bool HaveSameValue(Fact a, Fact b) => a.Value is null && a.Parts.Length == 0 ? false : AreEqual(a.Value, b.Value, a, b) && HaveSameParts(a, b);

    /// <summary>What only one of them tells contradicts nothing.</summary>
    private static bool ValuesGoTogether(Fact a, Fact b) => a.Value is null || b.Value is null || AreEqual(a.Value, b.Value, a, b);

    private static bool AreEqual(FactValue? a, FactValue? b, Fact one, Fact other) =>
        a is null || b is null ? a is null && b is null : FactValue.AreEqual(a, b, one.Analyte ?? other.Analyte) || (other.Analyte != one.Analyte && FactValue.AreEqual(a, b, other.Analyte));

    private static bool HaveSameParts(Fact a, Fact b)
    {
        if (a.Parts.Length != b.Parts.Length)
        {
            return false;
        }

        foreach (var (keys, value) in a.Parts)
        {
            if (!Array.Exists(b.Parts, part => Shares(keys, part.Keys) && FactValue.AreEqual(value, part.Value, a.Analyte ?? b.Analyte)))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Whether nobody has the same by chance on another day.</summary>
    private static bool IsTelling(Fact fact) => fact.Value is { IsTelling: true } || (fact.Parts.Length > 1 && Array.TrueForAll(fact.Parts, part => part.Value.Number is not null));

    private static bool Shares(ulong[] a, ulong[] b) => a.AsSpan().IntersectsSorted(b);
}
