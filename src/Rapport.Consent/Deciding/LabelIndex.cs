namespace Rapport.Consent;

/// <summary>The security labels of a compartment, sorted by what they mean. See docs/consent.md, `Sensitive entries`.</summary>
internal sealed class LabelIndex
{
    private static readonly SystemCode Normal = new(CodeSystems.Confidentiality, SecurityLabels.Normal);
    private static readonly SystemCode Restricted = new(CodeSystems.Confidentiality, SecurityLabels.Restricted);
    private static readonly SystemCode VeryRestricted = new(CodeSystems.Confidentiality, SecurityLabels.VeryRestricted);

    private readonly int _size;
    private readonly List<(SystemCode Label, EntrySet Entries)> _labels = [];
    private readonly EntrySet _kinds;
    private readonly EntrySet _veryRestricted;

    /// <summary>Entries that are normal for want of any label that says otherwise.</summary>
    private readonly EntrySet _normalUnmarked;

    public LabelIndex(RecordView view)
    {
        _size = view.Count;
        var kinds = new EntrySetBuilder(_size);
        var levelled = new EntrySetBuilder(_size);
        var restricted = new EntrySetBuilder(_size);
        var veryRestricted = new EntrySetBuilder(_size);
        foreach (var (system, code, entries) in view.Labels)
        {
            var label = SecurityLabels.Normalize(system, code);
            _labels.Add((label, entries));
            var target = SecurityLabels.IsKind(label) ? kinds : label.System == CodeSystems.Confidentiality ? levelled : null;
            target?.Add(entries);
            (label == Restricted ? restricted : label == VeryRestricted ? veryRestricted : null)?.Add(entries);
        }

        _kinds = kinds.ToSet();
        _veryRestricted = veryRestricted.ToSet();
        Sensitive = _kinds.Or(restricted.ToSet()).Or(_veryRestricted);
        _normalUnmarked = EntrySet.All(_size).AndNot(_kinds).AndNot(levelled.ToSet());
    }

    /// <summary>How many labels there are.</summary>
    public int Count => _labels.Count;

    /// <summary>The entries that stay home unless a consent names them.</summary>
    public EntrySet Sensitive { get; }

    /// <summary>The entries that carry a label that one of the given covers. What carries no level is normal, or restricted when it is of a sensitive kind.</summary>
    public EntrySet Matching(IEnumerable<SystemCode> named)
    {
        var matching = new EntrySetBuilder(_size);
        foreach (var name in named)
        {
            foreach (var (label, entries) in _labels)
            {
                if (SecurityLabels.Covers(name, label))
                {
                    matching.Add(entries);
                }
            }

            if (name == Normal)
            {
                matching.Add(_normalUnmarked);
            }
            else if (name == Restricted)
            {
                matching.Add(_kinds.AndNot(_veryRestricted));
            }
        }

        return matching.ToSet();
    }

    /// <summary>
    /// The sensitive entries that naming the given labels does not release. Naming `restricted` releases all but the very restricted, naming `very restricted`
    /// those that are, and naming kinds those whose every kind is named, unless they are very restricted.
    /// </summary>
    public EntrySet Unnamed(IReadOnlyCollection<SystemCode> named)
    {
        var unnamed = named.Contains(VeryRestricted) ? Sensitive.AndNot(_veryRestricted) : Sensitive;
        if (named.Contains(Restricted))
        {
            return unnamed.And(_veryRestricted);
        }

        var otherKinds = new EntrySetBuilder(_size);
        foreach (var (label, entries) in _labels)
        {
            if (SecurityLabels.IsKind(label) && !named.Any(name => SecurityLabels.Covers(name, label)))
            {
                otherKinds.Add(entries);
            }
        }

        return unnamed.AndNot(_kinds.AndNot(otherKinds.ToSet()).AndNot(_veryRestricted));
    }

    /// <summary>Whether something makes one entry sensitive that the other does not carry.</summary>
    public bool SaysMore(int entry, int than) => _labels.Exists(label =>
        SecurityLabels.IsSensitive(label.Label.System, label.Label.Code) && label.Entries.Contains(entry) && !_labels.Exists(other => other.Label == label.Label && other.Entries.Contains(than)));

    /// <summary>What makes an entry sensitive, in plain words, each once. A kind says more than `restricted`, which then goes without saying.</summary>
    public IReadOnlyList<string> Describe(int entry)
    {
        var marks = _labels.FindAll(l => l.Entries.Contains(entry));
        var kinds = marks.FindAll(static m => SecurityLabels.IsKind(m.Label));
        var levels = marks.FindAll(m => m.Label == VeryRestricted || (m.Label == Restricted && kinds.Count == 0));
        return [.. kinds.Concat(levels).Select(static m => SecurityLabels.Describe(m.Label.System, m.Label.Code)).Distinct()];
    }
}
