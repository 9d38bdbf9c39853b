using System.Collections.Frozen;

namespace Rapport.Merging;

/// <summary>
/// Codes and names that mean one thing, from <c>Concepts.txt</c>: what hospitals, laboratories and phones call the same by different names. A line is
/// <c>name; name … | SCT code … | ICD10 code … | LOINC code …</c>.
/// </summary>
internal static class Concepts
{
    private static readonly FrozenDictionary<string, string> Systems = new Dictionary<string, string>
    {
        ["SCT"] = "http://snomed.info/sct",
        ["ICD10"] = "http://hl7.org/fhir/sid/icd-10-cm",
        ["LOINC"] = "http://loinc.org",
        ["RXNORM"] = "http://www.nlm.nih.gov/research/umls/rxnorm",
    }.ToFrozenDictionary();

    private static readonly (FrozenDictionary<(NameRules, string), ulong> Names, FrozenDictionary<(string, string), ulong> Codes) All = Read();

    /// <summary>What a name means that was brought to its one form by those rules; null when it stands on no line.</summary>
    internal static ulong? OfName(string? normal, NameRules rules) => normal is not null && All.Names.TryGetValue((rules, normal), out var concept) ? concept : null;

    internal static ulong? OfCode(string system, string code) => All.Codes.TryGetValue((system, code), out var concept) ? concept : null;

    private static (FrozenDictionary<(NameRules, string), ulong> Names, FrozenDictionary<(string System, string Code), ulong> Codes) Read()
    {
        Dictionary<(NameRules, string), ulong> names = [];
        Dictionary<(string System, string Code), ulong> codes = [];
        foreach (var line in WordList.Lines("Concepts.txt"))
        {
            var parts = line.Split('|', StringSplitOptions.TrimEntries);
            var concept = Names.Hash('=', parts[0]);
            foreach (var name in parts[0].Split(';', StringSplitOptions.TrimEntries))
            {
                foreach (var rules in NameRules.All)
                {
                    Put(names, (rules, Names.Normal(name, rules)!), concept);
                }
            }

            foreach (var part in parts.Skip(1))
            {
                var words = part.Split(' ', StringSplitOptions.RemoveEmptyEntries);
                foreach (var code in words.Skip(1))
                {
                    Put(codes, (Systems[words[0]], code), concept);
                }
            }
        }

        return (names.ToFrozenDictionary(), codes.ToFrozenDictionary());
    }

    /// <summary>A name may stand on its line in several forms that are one; on two lines it would mean two things.</summary>
    private static void Put<TKey>(Dictionary<TKey, ulong> concepts, TKey key, ulong concept)
        where TKey : notnull
    {
        if (!concepts.TryAdd(key, concept) && concepts[key] != concept)
        {
            throw new InvalidDataException($"`{key}` stands on two lines of Concepts.txt");
        }
    }
}
