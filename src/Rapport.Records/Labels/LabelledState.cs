using Rapport.Consent;

namespace Rapport.Records;

/// <summary>
/// By which rules the entries of a record are labelled. Each entry says by which it was; a mark says that all before it was labelled by some, so that those whose labels stayed the same need no new version. Immutable.
/// </summary>
/// <param name="Rules">The rules that all is labelled by but <paramref name="Others"/>; 0 for none, in a record from before there were any.</param>
/// <param name="Others">Current rows that were written by other rules since, by a node that has others.</param>
internal sealed record LabelledState(ulong Rules, IReadOnlyList<int> Others)
{
    /// <summary>Whether nothing is to be labelled: asked on the way of each disclosure. What newer rules labelled stays: two nodes do not take turns with one record.</summary>
    internal bool IsBy(LabelRules rules) => Rules == rules.Stamp ? Others.Count == 0 : rules.IsOlderThan(Rules);

    /// <summary>The rows that are to be labelled before anybody else sees anything of the record; none when nothing is.</summary>
    /// <param name="rules">This node's.</param>
    /// <param name="current">The current rows.</param>
    internal IReadOnlyList<int> ToLabel(LabelRules rules, EntrySet current) => Rules == rules.Stamp ? Others : rules.IsOlderThan(Rules) ? [] : current.ToArray();

    /// <summary>Brings it forward row by row. Not thread safe.</summary>
    internal sealed class Builder(LabelledState? earlier)
    {
        private readonly List<int> _others = [.. earlier?.Others ?? []];
        private ulong? _rules = earlier?.Rules;

        internal void Add(int row, in EntryHeader header)
        {
            if (_rules is null || header.IsLabelMark)
            {
                _rules = header.Rules;
                _others.Clear();
            }
            else if (header.Rules != _rules && !header.IsRule && !header.IsHidden)
            {
                _others.Add(row);
            }
        }

        internal LabelledState Build(EntrySet current) => new(_rules ?? 0, [.. _others.Where(current.Contains)]);
    }
}
