using Rapport.TestKit;

namespace Rapport.Merging.Tests.Measured;

/// <summary>Which of the other names a set is made with.</summary>
public enum NamesUsed
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>Those that who made the rules never looked at.</summary>
    Unseen,
}

/// <summary>
/// How other hospitals, laboratories, pharmacies and phones name and code what a record names with one code: <c>other-names.tsv</c>, written by somebody who did not know the lists that the rules go by.
/// A line is <c>type, code, other name, other code system, other code</c>.
/// </summary>
internal static class OtherNames
{
    private static readonly ILookup<(string Type, string Code), (string Name, string? System, string? Code)> All = File
        .ReadLines(Path.Combine(Repository.Root, "tests/Rapport.Merging.Tests/Measured/other-names.tsv"))
        .Select(line => line.Split('\t'))
        .ToLookup(parts => (parts[0], parts[1]), parts => (parts[2], parts.ElementAtOrDefault(3) is { Length: > 0 } system ? system : null, parts.ElementAtOrDefault(4) is { Length: > 0 } code ? code : null));

    /// <summary>The other names of a code. Each second line was never looked at by who made the rules, so that there are such for nearly every code.</summary>
    internal static (string Name, string? System, string? Code)[] Of(string type, string? code, NamesUsed used) =>
        code is null ? [] : [.. All[(type, code)].Where((_, i) => used == NamesUsed.All || i % 2 == 1)];
}
