using System.Text;

namespace Rapport.Labelling;

/// <summary>What was found in one resource: each rule once, with the first place.</summary>
internal sealed class Findings(RuleBook book)
{
    private const int LongestWhat = 100;

    // Most entries have none.
    private FoundLabel?[] _found = [];

    internal bool IsEmpty => _found.Length == 0;

    internal bool Has(Rule rule) => !IsEmpty && _found[rule.Number] is not null;

    internal bool HasLabel(ReadOnlySpan<string> labels)
    {
        foreach (var label in _found)
        {
            if (label is not null && labels.Contains(label.Code))
            {
                return true;
            }
        }

        return false;
    }

    internal void Add(Rule rule, string where, ReadOnlySpan<byte> what, Via via, bool byCode)
    {
        if (!Has(rule))
        {
            _found = IsEmpty ? new FoundLabel?[book.Rules.Count] : _found;
            _found[rule.Number] = new FoundLabel(rule.System, rule.Label, rule.Id, where, Short(what)) { Via = via, ByCode = byCode };
        }
    }

    internal IReadOnlyList<FoundLabel> ToList() => IsEmpty
        ? []
        : [.. _found.OfType<FoundLabel>().OrderBy(static label => label.Code, StringComparer.Ordinal).ThenBy(static label => label.Rule, StringComparer.Ordinal)];

    private static string Short(ReadOnlySpan<byte> what)
    {
        var text = Encoding.UTF8.GetString(what);
        return text.Length <= LongestWhat ? text : string.Concat(text.AsSpan(0, LongestWhat), "…");
    }
}
