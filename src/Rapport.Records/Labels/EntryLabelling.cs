using System.Text;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Labelling;

namespace Rapport.Records;

/// <summary>
/// Works out the labels of entries that are written together, against one state of the record: what the sources said, what the rules find, and what the patient says of that. Thread safe but for the
/// reading of documents.
/// </summary>
internal sealed class EntryLabelling
{
    private readonly LabelRules _rules;
    private readonly Compartment _compartment;
    private readonly CompartmentState _state;
    private readonly OwnLabels _own;
    private readonly LabelFinding _finding;

    /// <param name="rules">The rules.</param>
    /// <param name="compartment">Whose record.</param>
    /// <param name="state">The record as it is.</param>
    /// <param name="own">What the patient says.</param>
    /// <param name="drafts">What is written, as its sources say it; none when nothing but labels changes.</param>
    internal EntryLabelling(LabelRules rules, Compartment compartment, CompartmentState state, OwnLabels own, IReadOnlyList<EntryDraft> drafts)
        : this(rules, compartment, state, own, new EntriesAround(compartment, state, drafts))
    {
    }

    /// <param name="rules">The rules.</param>
    /// <param name="compartment">Whose record.</param>
    /// <param name="state">The record as it is.</param>
    /// <param name="own">What the patient says.</param>
    /// <param name="around">The entries as they stand to one another, what is written among them.</param>
    internal EntryLabelling(LabelRules rules, Compartment compartment, CompartmentState state, OwnLabels own, EntriesAround around)
    {
        (_rules, _compartment, _state, _own) = (rules, compartment, state, own);
        Around = around;
        _finding = new LabelFinding(rules, compartment, state, Around);
    }

    /// <summary>The entries, as they stand to one another.</summary>
    internal EntriesAround Around { get; }

    /// <summary>Reads the documents of the record that what is written leads to: reading waits, labelling does not.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task ReadDocumentsAsync(CancellationToken cancel) => _finding.ReadAsync(Around.DocumentsOfDrafts.Concat(Around.CommentedByDrafts.SelectMany(Around.DocumentsOf)), cancel);

    /// <summary>Why a current entry has the labels that it has: what rules find, in the words of this node's rules.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    internal Task<IReadOnlyList<FoundLabel>> ExplainAsync(int row, CancellationToken cancel) => _finding.FindAsync(row, cancel);

    /// <summary>The labels of a draft.</summary>
    internal LabelledBody Label(in EntryDraft draft)
    {
        var said = Resource.Read(draft.Body);
        return draft.IsWithdrawn ? new LabelledBody(said, null, []) : Label(draft.Local ?? default, said, null) ?? throw new InvalidOperationException("a document was not read before it was labelled");
    }

    /// <summary>Those of the given current rows, and of the comments on them, whose labels are others than they carry, as their next versions. What stands in <see cref="StateBuilder.NewEntry"/> is for the rows from <paramref name="first"/> on.</summary>
    /// <param name="rows">Rows, in order.</param>
    /// <param name="first">The row of the first one that changes.</param>
    /// <param name="now">When.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    internal async Task<List<StateBuilder.NewEntry>> ChangeAsync(IReadOnlyList<int> rows, int first, DateTimeOffset now, CancellationToken cancel)
    {
        const int atOnce = 1024;
        rows = Around.WithComments(rows);
        List<StateBuilder.NewEntry> changed = [];
        for (var start = 0; start < rows.Count; start += atOnce)
        {
            var from = start;
            var labelled = await Task.Run(() => ParallelDrafts.Make(Math.Min(atOnce, rows.Count - from), i => Relabel(rows[from + i]), cancel), cancel);
            for (var i = 0; i < labelled.Length; i++)
            {
                var one = labelled[i];
                while (one.Missing.Count > 0)
                {
                    await _finding.ReadAsync(one.Missing, cancel);
                    one = Relabel(rows[from + i]);
                }

                if (one.Body is { } body)
                {
                    changed.Add(Next(rows[from + i], one.Header, body, first + changed.Count, now));
                }
            }
        }

        return changed;
    }

    /// <summary>Puts what was worked out into the header and the body of an entry.</summary>
    internal (EntryHeader Header, Resource Entry) Write(in EntryHeader header, in LabelledBody labelled, RewriteOptions options)
    {
        var next = header with { Rules = _rules.Stamp, Context = labelled.Context, Said = labelled.Labels is null ? ReadOnlyMemory<byte>.Empty : SaidLabels.Keep(labelled.Said) };
        return labelled.Labels is null && options == default
            ? (next, labelled.Said)
            : (next, Resource.Read(ResourceRewriter.Rewrite(labelled.Said.Root, options with { OnlySecurityLabels = labelled.Labels })));
    }

    /// <summary>The labels that an entry should carry, as they are written; null when what its sources said stands as it is.</summary>
    /// <param name="local">Its id.</param>
    /// <param name="said">It as its sources said it.</param>
    /// <param name="found">What the rules find.</param>
    /// <param name="on">For a comment the labels of what it is on, each as JSON; null for what is none.</param>
    private IReadOnlyList<string>? Weigh(LocalId local, Resource said, IReadOnlyList<FoundLabel> found, IReadOnlyList<string>? on = null)
    {
        // A comment is of no kind of its own.
        var words = _own.Of(local, said).Where(word => on is null || word.Value.Scope is LabelScope.Entry).ToDictionary();
        List<string> labels = [];
        HashSet<SecurityLabel> there = [];
        var isSame = true;
        var outer = SaidLabels.Of(said);
        foreach (var label in outer)
        {
            if (Belongs(SecurityLabel.Of(label)))
            {
                there.Add(SecurityLabel.Of(label));
                labels.Add(Encoding.UTF8.GetString(label.RawUtf8));
            }
            else
            {
                isSame = false;
            }
        }

        // An entry is as sensitive as the most sensitive thing in it.
        SortedDictionary<(string, string), string> more = [];
        foreach (var label in NestedLabels.Inner(said.Root))
        {
            Add(SecurityLabel.Of(label), Encoding.UTF8.GetString(label.RawUtf8));
        }

        foreach (var label in found.Where(label => !_own.Ignores(label.Rule)))
        {
            var plain = SecurityLabel.Of(label.System, label.Code);
            Add(plain, plain.ToJson());
        }

        foreach (var (label, word) in words)
        {
            if (word.Verdict == LabelVerdict.Added)
            {
                Add(label, label.ToJson());
            }
        }

        foreach (var json in on ?? [])
        {
            if (LabelIn(json) is var label && there.Add(label))
            {
                more[(label.System, label.Code)] = json;
            }
        }

        return isSame && more.Count == 0 ? null : [.. labels, .. more.Values];

        bool Belongs(SecurityLabel label) => !words.TryGetValue(label, out var word) || word.Verdict == LabelVerdict.Added;

        void Add(SecurityLabel label, string json)
        {
            if (Belongs(label) && there.Add(label))
            {
                more[(label.System, label.Code)] = json;
            }
        }
    }

    private LabelledBody? Label(LocalId local, Resource said, List<LocalId>? missing)
    {
        HashSet<LocalId> context = [];
        if (Comment.On(said, _compartment.IdText) is { } on)
        {
            return LabelComment(local, said, on, missing);
        }

        return _finding.Find(local, said, context, missing ?? []) is { } found ? new LabelledBody(said, Weigh(local, said, found), [.. context.Take(EntryHeader.MostContext)]) : null;
    }

    /// <summary>
    /// A comment carries the labels of what it is on, whoever put them there, and those that its own words call for: so it is never less sensitive than that, also where another system has it.
    /// </summary>
    private LabelledBody? LabelComment(LocalId local, Resource said, LocalId on, List<LocalId>? missing)
    {
        IReadOnlyList<string> theirs = [];
        if (Around.Find(on) is { } entry && on != default && !Comment.Is(entry.Root))
        {
            if (Label(on, entry, missing) is not { } there)
            {
                return null;
            }

            theirs = there.Labels ?? [.. SaidLabels.Of(there.Said).Select(static label => Encoding.UTF8.GetString(label.RawUtf8))];
        }

        return new LabelledBody(said, Weigh(local, said, _rules.Find(said, static _ => null), theirs), [on]);
    }

    /// <summary>What a row would carry now, if that is something else than it carries.</summary>
    private (EntryHeader Header, LabelledBody? Body, IReadOnlyList<LocalId> Missing) Relabel(int row)
    {
        var plain = _compartment.OpenBody(_state, row).AsMemory();
        var header = EntryHeader.Read(plain);
        if (header.IsRule || header.IsHidden)
        {
            return (header, null, []);
        }

        List<LocalId> missing = [];
        var said = Resource.Read(SaidLabels.BodyOf(header, plain));
        if (Label(header.Local, said, missing) is not { } labelled)
        {
            return (header, null, missing);
        }

        if (labelled.Labels is null && header.Said.Length == 0)
        {
            return (header, null, []);
        }

        var carried = header.Said.Length == 0 ? said : Resource.Read(EntryHeader.Body(plain));
        var before = SaidLabels.Of(carried).Select(static label => SecurityLabel.Of(label)).ToHashSet();
        var after = labelled.Labels is { } labels ? LabelsIn(labels) : SaidLabels.Of(said).Select(static label => SecurityLabel.Of(label)).ToHashSet();
        return (header, before.SetEquals(after) ? null : labelled, []);
    }

    private static HashSet<SecurityLabel> LabelsIn(IReadOnlyList<string> labels) => [.. labels.Select(LabelIn)];

    private static SecurityLabel LabelIn(string json)
    {
        using var coding = System.Text.Json.JsonDocument.Parse(json);
        return SecurityLabel.Of(
            coding.RootElement.TryGetProperty("system", out var system) ? system.GetString() ?? "" : "", coding.RootElement.TryGetProperty("code", out var code) ? code.GetString() ?? "" : "");
    }

    /// <summary>The next version of a row, which has other labels and nothing else that is other.</summary>
    private StateBuilder.NewEntry Next(int row, in EntryHeader header, in LabelledBody labelled, int at, DateTimeOffset now)
    {
        var version = header.Version + 1;
        var (next, entry) = Write(
            header with { Version = version, PartsOf = header.HasParts ? _state.Index.PartsRowOf(row) + 1 : 0 }, labelled, new RewriteOptions { VersionId = version.ToString(), LastUpdated = now });
        return EntryWriting.Seal(_compartment.Id, _compartment.Sealer, at, next, entry, now);
    }
}

/// <summary>An entry as its sources say it, with the labels that it should carry.</summary>
/// <param name="Said">What the sources say.</param>
/// <param name="Labels">The labels, each as JSON; null when those that the sources said are all.</param>
/// <param name="Context">The others of the record that had a part in them.</param>
internal readonly record struct LabelledBody(Resource Said, IReadOnlyList<string>? Labels, LocalId[] Context);
