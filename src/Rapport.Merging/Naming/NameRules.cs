using System.Collections.Frozen;

namespace Rapport.Merging;

/// <summary>
/// What tells nothing in names of one sort. <c>Blood</c> is where a laboratory finds nearly everything, but says what is transfused; <c>allergy</c> says nothing of what somebody is allergic to, but much of a rhinitis.
/// Compared by reference.
/// </summary>
internal sealed class NameRules
{
    private static readonly string[] Articles = ["of", "in", "by", "the", "and", "or", "with", "an", "to", "for", "on", "at", "from", "de", "la", "el"];

    private static readonly string[] Common =
        [.. Articles, "nos", "unspecified", "disorder", "disease", "finding", "procedure", "encounter", "patient", "reported", "status", "presence", "level", "measurement", "count"];

    /// <summary>How LOINC tells in square brackets what is measured, where no quotient does.</summary>
    private static readonly FrozenSet<string> Properties = FrozenSet.Create(
        StringComparer.OrdinalIgnoreCase,
        "presence", "identifier", "type", "interpretation", "ratio", "mass ratio", "molar ratio", "volume", "entitic volume", "volume fraction", "pure mass fraction", "time", "temperature", "length", "pressure", "appearance",
        "score", "susceptibility", "titer", "phenotype", "impression", "velocity", "morphology", "nominal", "narrative", "date", "entitic mass", "entitic mean volume", "percentile", "color");

    private NameRules(params string[] fillers) => Fillers = fillers.ToFrozenSet();

    /// <summary>What was measured, ordered or reported.</summary>
    internal static NameRules Results { get; } = new([.. Common, "serum", "plasma", "blood", "automated", "body", "test", "total", "other", "specified", "allergy", "allergic", "initial", "use", "panel", "vaccine"]) { IsResult = true };

    /// <summary>What somebody must not have.</summary>
    internal static NameRules Allergies { get; } = new([.. Common, "allergy", "allergic", "other", "specified"]) { HasSigns = true };

    /// <summary>Vaccines that were given.</summary>
    internal static NameRules Vaccines { get; } = new([.. Common, "vaccine", "other", "specified"]);

    /// <summary>Diseases, what was done, visits, plans, goals and all else.</summary>
    internal static NameRules Things { get; } = new(Common) { HasSigns = true };

    /// <summary>People: each word of a name is theirs.</summary>
    internal static NameRules People { get; } = new() { IsProper = true };

    /// <summary>Houses and organisations.</summary>
    internal static NameRules Places { get; } = new(Articles) { IsProper = true };

    /// <summary>All of them.</summary>
    internal static IReadOnlyList<NameRules> All { get; } = [Results, Allergies, Vaccines, Things, People, Places];

    /// <summary>Words that tell nothing.</summary>
    internal FrozenSet<string> Fillers { get; }

    /// <summary>Whether these are names of their own, in which no word means anything.</summary>
    internal bool IsProper { get; private init; }

    /// <summary>Whether plus, minus, less and more are told with the name: of a result they are told with its value, and in names of laboratories they are charges.</summary>
    internal bool HasSigns { get; private init; }

    private bool IsResult { get; init; }

    internal static NameRules Of(FactKind kind) => kind switch
    {
        FactKind.Measurement or FactKind.Report or FactKind.Order => Results,
        FactKind.Allergy => Allergies,
        FactKind.Vaccination => Vaccines,
        FactKind.Person => People,
        FactKind.Organisation or FactKind.Place => Places,
        _ => Things,
    };

    /// <summary>Whether what stands in square brackets tells nothing of what is named: how it is measured, or the marks of Read codes, <c>[X]</c> and <c>[D]</c>.</summary>
    internal bool SaysNothing(string bracketed) => bracketed.Length < 3 || (IsResult && (bracketed.Contains('/', StringComparison.Ordinal) || Properties.Contains(bracketed)));
}
