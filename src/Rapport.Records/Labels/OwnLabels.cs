using System.Collections.Frozen;
using Rapport.Data;
using Rapport.Fhir;

namespace Rapport.Records;

/// <summary>
/// All that a patient said of labels, ready to be asked about an entry. What was said of an entry itself stands above what was said of its kind; of two words on kinds the later one holds. Immutable, thread safe.
/// </summary>
internal sealed class OwnLabels
{
    /// <summary>The most words that one patient says themselves; more are no words but a program that runs wild. What follows from them for what is one is as much as there is.</summary>
    internal const int Most = 5_000;

    /// <summary>The elements whose codes say what an entry is, or of which category.</summary>
    private static readonly FrozenSet<string> KindElements = FrozenSet.Create("code", "type", "category", "class", "vaccineCode", "medication", "substance");

    private readonly Dictionary<LocalId, List<LabelWord>> _entries = [];
    private readonly List<LabelWord> _kinds = [];
    private readonly HashSet<string> _rules = [];
    private readonly List<LabelWord> _exceptForWriter = [];
    private readonly HashSet<LocalId> _markedExceptForWriter = [];

    /// <param name="words">What was said, the latest last.</param>
    internal OwnLabels(IReadOnlyList<OwnLabel> words)
    {
        Words = words;
        foreach (var word in words.Select(static own => own.Word).Where(static word => word.Verdict != LabelVerdict.None))
        {
            switch (word.Scope)
            {
                case LabelScope.Entry when word.ExceptFor is not null:
                    _exceptForWriter.Add(word);
                    _markedExceptForWriter.Add(((LabelScope.Entry)word.Scope).Local ?? default);
                    break;
                case LabelScope.Entry { Local: var local }:
                    if (!_entries.TryGetValue(local ?? default, out var known))
                    {
                        _entries[local ?? default] = known = [];
                    }

                    known.Add(word);
                    break;
                case LabelScope.FoundBy rule:
                    _rules.Add(rule.Rule);
                    break;
                default:
                    _kinds.Add(word);
                    break;
            }
        }
    }

    internal static OwnLabels None { get; } = new([]);

    /// <summary>How many of them the patient said themselves.</summary>
    internal int SaidCount => Words.Count(static own => !own.Word.IsDerived);

    /// <summary>All words, those that were taken back among them, the latest last.</summary>
    internal IReadOnlyList<OwnLabel> Words { get; }

    /// <summary>The marks of which an entry carries nothing, since they do not concern who wrote it: see <see cref="LabelWord.ExceptFor"/>.</summary>
    internal IReadOnlyList<LabelWord> ExceptForWriter => _exceptForWriter;

    /// <summary>It with more words, the latest last.</summary>
    internal OwnLabels With(IReadOnlyList<OwnLabel> words)
    {
        if (words.Count == 0)
        {
            return this;
        }

        var latest = words.Index().ToLookup(static said => said.Item.Id, static said => said.Index);
        return new([.. Words.Where(known => !latest.Contains(known.Id)), .. words.Where((word, i) => latest[word.Id].Last() == i)]);
    }

    /// <summary>Whether what a rule finds is nothing sensitive to the patient.</summary>
    internal bool Ignores(string rule) => _rules.Contains(rule);

    /// <summary>Whether the patient put a mark on anything.</summary>
    internal bool Marks => MarksKinds || _exceptForWriter.Count > 0 || _entries.Values.Any(static words => words.Exists(static word => word.Verdict == LabelVerdict.Added));

    /// <summary>Whether the patient put a mark on a kind of entries.</summary>
    internal bool MarksKinds => _kinds.Exists(static word => word.Verdict == LabelVerdict.Added);

    /// <summary>The kinds of entries on which the patient put a mark.</summary>
    internal IEnumerable<LabelScope> MarkedKinds => _kinds.Where(static word => word.Verdict == LabelVerdict.Added).Select(static word => word.Scope);

    /// <summary>Whether the patient put a mark on this very entry, or it is marked for everybody but who wrote it.</summary>
    internal bool MarksEntry(LocalId local) => _markedExceptForWriter.Contains(local) || _entries.TryGetValue(local, out var words) && words.Exists(static word => word.Verdict == LabelVerdict.Added);

    /// <summary>For each label that something was said of with regard to an entry, what holds: the label belongs there, or not.</summary>
    internal IReadOnlyDictionary<SecurityLabel, LabelWord> Of(LocalId local, Resource resource)
    {
        if (_kinds.Count == 0 && !_entries.ContainsKey(local))
        {
            return FrozenDictionary<SecurityLabel, LabelWord>.Empty;
        }

        Dictionary<SecurityLabel, LabelWord> said = [];
        HashSet<(string, string)>? codes = null;
        foreach (var word in _kinds)
        {
            if (word.Scope switch
                {
                    LabelScope.OfType type => type.ResourceType == resource.TypeName,
                    LabelScope.Coded coded => (codes ??= CodesOf(resource)).Contains((coded.System, coded.Code)),
                    _ => false,
                })
            {
                said[word.Label!.Value] = word;
            }
        }

        foreach (var word in _entries.TryGetValue(local, out var known) ? known : [])
        {
            said[word.Label!.Value] = word;
        }

        return said;
    }

    /// <summary>The same, with the marks that an entry carries nothing of: where the patient said nothing of the entry themselves.</summary>
    internal IReadOnlyDictionary<SecurityLabel, LabelWord> WithExceptForWriter(LocalId local, Resource resource)
    {
        var said = Of(local, resource);
        foreach (var word in _exceptForWriter.Where(word => ((LabelScope.Entry)word.Scope).Local == local && said.GetValueOrDefault(word.Label!.Value)?.Scope is not LabelScope.Entry))
        {
            said = new Dictionary<SecurityLabel, LabelWord>(said) { [word.Label!.Value] = word };
        }

        return said;
    }

    /// <summary>The codes that say what an entry is, or of which category.</summary>
    internal static HashSet<(string System, string Code)> CodesOf(Resource resource)
    {
        HashSet<(string, string)> codes = [];
        foreach (var child in resource.Root.Children)
        {
            if (KindElements.Contains(child.Name))
            {
                Collect(child, codes);
            }
        }

        return codes;
    }

    private static void Collect(Element element, HashSet<(string, string)> codes)
    {
        if (element.TypeName == "Coding")
        {
            if (element.TryGetChild("code", out var code) && code.GetString() is { } text)
            {
                codes.Add((element.TryGetChild("system", out var system) ? system.GetString() ?? "" : "", text));
            }
        }
        else if (element.TypeName == "CodeableConcept")
        {
            foreach (var child in element.Children)
            {
                Collect(child, codes);
            }
        }
    }
}
