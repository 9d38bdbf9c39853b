using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Ledger;
using Rapport.Merging;

namespace Rapport.Records;

/// <summary>What is sensitive in a patient's own record, why, and what they say of it. Thread safe.</summary>
public sealed class OwnLabelling
{
    /// <summary>What the ledger notes of a word on labels.</summary>
    public const string Note = "labels: by word";

    /// <summary>What the ledger notes when a record was labelled anew by other rules.</summary>
    public const string ByRules = "labels: by rules";

    /// <summary>The most words that are said at once.</summary>
    public const int MostAtOnce = 50;

    /// <summary>The most letters of a code, a system or a rule that is spoken of.</summary>
    public const int MostText = 300;

    /// <summary>Entries that one word may write anew however often that was done: what is hidden by hand is a few, and is always hidden.</summary>
    internal const int Few = 100;

    // Saying of a kind what was said of it a moment ago writes each of its entries twice, and versions are never taken away. A device's month has some thirty of its own.
    private const int LeastVersions = 10_000, VersionsOfEach = 40;

    private readonly RecordServices _services;
    private readonly Compartment _compartment;
    private readonly Actor _actor;

    internal OwnLabelling(RecordServices services, Compartment compartment, Actor actor) => (_services, _compartment, _actor) = (services, compartment, actor);

    /// <summary>What the patient said and has not taken back, the latest first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<OwnLabel>> ListAsync(CancellationToken cancel)
    {
        var state = await _services.FreshAsync(_compartment, cancel);
        return [.. state.OwnLabels.Words.Where(static own => own.Word.Verdict != LabelVerdict.None).Reverse()];
    }

    /// <summary>The same, where one word stands for all that were said together of one thing: of entries that are shown as one, that which is shown first before the others, or of what is called the same.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<IReadOnlyList<OwnLabel>>> ListTogetherAsync(CancellationToken cancel)
    {
        var state = await _services.FreshAsync(_compartment, cancel);
        var merged = await MergedAsync(state, cancel);
        var said = state.OwnLabels.Words.Where(static own => own.Word.Verdict != LabelVerdict.None).Reverse();
        return [.. said.GroupBy(own => (own.Word.Label, own.Word.Verdict, Of: Shown(own.Word) ?? About(own.Word.Scope), At: Shown(own.Word) is null ? default : own.At))
            .Select(together => together.OrderByDescending(own => own.Word.Scope is LabelScope.Entry entry && state.Index.RowOf(entry.Local ?? default) is >= 0 and var row && merged.With(row)?[0] == row).ToList())];

        static object? Shown(LabelWord word) => word.Scope is LabelScope.FoundBy ? null : word.Shown;

        object About(LabelScope scope) => scope is LabelScope.Entry entry && state.Index.RowOf(entry.Local ?? default) is >= 0 and var row ? (merged.With(row)?[0] ?? row) : scope;
    }

    /// <summary>The same as FHIR, for the file that the patient takes along: the id of each and its JSON.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<(string Id, byte[] Json)>> ExportAsync(CancellationToken cancel) =>
        [.. (await ListAsync(cancel)).Select(own => ($"{_compartment.IdText}.{own.Id}", own.Write(_compartment.IdText)))];

    /// <summary>Whether a resource is a patient's word on labels, as it stands in a file that they took along: such words are said by the patient alone, and by no file.</summary>
    public static bool IsWord(Element resource) => resource.TypeName == "Basic" && resource.TryGetChild("code", out var code) && code.TryGetChild("coding", out var coding)
        && coding.TryGetChild("system", out var system) && system.GetString() == OwnLabel.System;

    /// <summary>How many current entries carry each label.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyDictionary<SecurityLabel, int>> CountAsync(CancellationToken cancel)
    {
        var state = await _services.FreshAsync(_compartment, cancel);
        Dictionary<SecurityLabel, int> counts = [];
        foreach (var (system, code, entries) in state.View().Labels)
        {
            var label = SecurityLabel.Of(system, code);
            var count = entries.And(state.Index.Current).Count;
            if (count > 0)
            {
                counts[label] = counts.GetValueOrDefault(label) + count;
            }
        }

        return counts;
    }

    /// <summary>The labels of an entry, each with why; null when there is no such entry.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<EntryLabels?> ExplainAsync(string type, LocalId? local, CancellationToken cancel)
    {
        var state = await _services.FreshAsync(_compartment, cancel);
        var row = state.Index.RowOf(local ?? default);
        return row < 0 || state.Index.TypeOf(row) != type
            ? null
            : await ExplainAsync(state, LabellingOf(state), row, cancel) with { Places = (await MergedAsync(state, cancel)).With(row)?.Count ?? 1 };
    }

    /// <summary>The current entries that carry a label, the latest first by their clinical date, each with why.</summary>
    /// <param name="label">The label.</param>
    /// <param name="start">How many are left out before.</param>
    /// <param name="count">How many at most.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyList<EntryLabels>> ExplainAllAsync(SecurityLabel label, int start, int count, CancellationToken cancel)
    {
        var state = await _services.FreshAsync(_compartment, cancel);
        var labelling = LabellingOf(state);
        var rows = RowsWith(state, label).OrderByDescending(row => state.Index.WhenOf(row)?.Low ?? long.MinValue).ThenByDescending(static row => row);
        List<EntryLabels> all = [];
        foreach (var row in rows.Skip(start).Take(count))
        {
            all.Add(await ExplainAsync(state, labelling, row, cancel));
        }

        return all;
    }

    /// <summary>What would be if this were said; null when what it is about is not there.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<LabelPreview?> PreviewAsync(IReadOnlyList<LabelWord> words, CancellationToken cancel)
    {
        await Relabelling.EnsureAsync(_services, _compartment, cancel);
        var state = await _services.FreshAsync(_compartment, cancel);
        return await WorkAsync(state, words, cancel) is { Next: var next } worked ? new LabelPreview(_compartment, state, next, worked.Rows, worked.At) : null;
    }

    /// <summary>
    /// Says something of labels: it holds for what is there and for what comes, whichever source it comes from. When the task completes, no node makes a decision by the labels of before. The ledger tells of it.
    /// </summary>
    /// <param name="words">What is said; at most <see cref="MostAtOnce"/>.</param>
    /// <param name="mayShareMore">Whether the patient has agreed to somebody seeing more by it.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<LabelsSaid> SayAsync(IReadOnlyList<LabelWord> words, bool mayShareMore, CancellationToken cancel) => SayAsync(words, preview => mayShareMore || !preview.SharesMore, cancel);

    /// <inheritdoc cref="SayAsync(IReadOnlyList{LabelWord}, bool, CancellationToken)"/>
    /// <param name="words">What is said; at most <see cref="MostAtOnce"/>.</param>
    /// <param name="agreed">The <see cref="LabelPreview.Gains"/> that the patient has agreed to: nothing else is shared by it. Null for nothing.</param>
    /// <param name="cancel">Gives up before anything is written.</param>
    public Task<LabelsSaid> SayAsync(IReadOnlyList<LabelWord> words, string? agreed, CancellationToken cancel) => SayAsync(words, preview => preview.Gains is not { } gains || gains == agreed, cancel);

    private async Task<LabelsSaid> SayAsync(IReadOnlyList<LabelWord> words, Func<LabelPreview, bool> isAgreed, CancellationToken cancel)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(words.Count, MostAtOnce, nameof(words));
        while (true)
        {
            await Relabelling.EnsureAsync(_services, _compartment, cancel);
            var state = await _services.FreshAsync(_compartment, cancel);
            if (await WorkAsync(state, words, cancel) is not { } worked)
            {
                return new LabelsSaid(LabelOutcome.NotThere, 0);
            }

            if (worked.Next == state)
            {
                return new LabelsSaid(LabelOutcome.SaidBefore, 0);
            }

            if (worked.Next.OwnLabels.SaidCount > Math.Max(OwnLabels.Most, state.OwnLabels.SaidCount))
            {
                return new LabelsSaid(LabelOutcome.TooMany, 0);
            }

            if (worked.Rows.Count > Few && worked.Next.RecordSeq > LeastVersions + (VersionsOfEach * (long)state.Index.Current.Count))
            {
                return new LabelsSaid(LabelOutcome.TooOften, 0);
            }

            if (!isAgreed(new LabelPreview(_compartment, state, worked.Next, worked.Rows, worked.At)))
            {
                return new LabelsSaid(LabelOutcome.WouldShareMore, 0);
            }

            var change = new Change
            {
                ExpectedRecordSeq = state.RecordSeq,
                Entries = EntryWriting.Rows(state, worked.Next, worked.At),
                Leaf = Recording.Draft(
                    _compartment.Id, _compartment.Sealer, worked.At, EntryWriting.Describe(LedgerKind.Corrected, _actor, worked.Next, (int)state.RecordSeq, Note)),
            };
            if (await _services.ApplyAsync(_compartment, change, worked.Next, cancel) >= 0)
            {
                return new LabelsSaid(LabelOutcome.Said, worked.Rows.Count);
            }
        }
    }

    /// <summary>The state after something was said, and the rows that have other labels in it; the same state when it was said before, null when it is about nothing that is there.</summary>
    private async Task<Worked?> WorkAsync(CompartmentState state, IReadOnlyList<LabelWord> words, CancellationToken cancel)
    {
        if (words.Any(word => !IsAboutSomething(state, word)))
        {
            return null;
        }

        var now = _services.Clock.GetUtcNow();
        var around = new EntriesAround(_compartment, state, []);
        var merged = await MergedAsync(state, cancel);
        var said = new WordWriting(_services, _compartment, state, (int)state.RecordSeq, now);
        foreach (var word in words.SelectMany(word => JoinedLabels.WithTheSame(state, merged, word)).SelectMany(around.WithDocuments))
        {
            said.Say(word);
        }

        // What is of a kind may be one with what is not.
        var groups = said.Rows.Select(merged.With).OfType<IReadOnlyList<int>>().Distinct();
        foreach (var word in JoinedLabels.Missing(said.Own, groups, row => (state.Index.LocalOf(row), new(() => state.Read(row))), JoinedLabels.OfMarkedKinds(state, said.Own).Contains).SelectMany(around.WithDocuments).ToList())
        {
            said.Say(word);
        }

        if (said.Entries.Count == 0)
        {
            return new Worked(state, [], now);
        }

        var first = (int)state.RecordSeq + said.Entries.Count;
        var labelling = new EntryLabelling(_services.Rules, _compartment, state, said.Own, around);
        var changed = await labelling.ChangeAsync([.. said.Rows.Order()], first, now, cancel);
        var next = StateBuilder.Extend(_compartment.Id, _compartment.Sealer, state, said.Entries.Concat(changed), state.ConsentSeq);
        return new Worked(next, [.. changed.Select((entry, i) => (state.Index.RowOf(entry.Header.Local), first + i))], now);
    }

    /// <summary>What the patient is shown as one.</summary>
    private Task<MergedEntries> MergedAsync(CompartmentState state, CancellationToken cancel) =>
        _services.Cache.MergedAsync(_compartment, state, EntrySet.All(state.Index.Count), cancel);

    private static bool IsAboutSomething(CompartmentState state, LabelWord word) => word.Scope switch
    {
        // What was said of an entry that is gone can be taken back all the same.
        _ when word.Verdict == LabelVerdict.None => IsShort(word),
        LabelScope.Entry entry => state.Index.RowOf(entry.Local ?? default) is >= 0 and var row && state.Index.TypeOf(row) == entry.ResourceType
            && state.Rules.All(rule => rule.Row != row) && word.Label is { IsSensitive: true } && IsShort(word),
        LabelScope.Coded coded => coded.Code.Length is > 0 and <= MostText && coded.System.Length <= MostText && word.Label is { IsSensitive: true } && IsShort(word),
        // Whether anybody has something of the kind is nobody's business, and it may come later.
        LabelScope.OfType type => SearchParameters.Find(type.ResourceType, "_id") is not null && type.ResourceType != "Consent" && word.Label is { IsSensitive: true } && IsShort(word),
        LabelScope.FoundBy rule => rule.Rule.Length is > 0 and <= MostText && word.Label is null && word.Verdict != LabelVerdict.Added && IsShort(word),
        _ => false,
    };

    private static bool IsShort(LabelWord word) =>
        word.Label is null or { System.Length: <= MostText, Code.Length: <= MostText } && (word.Shown?.Length ?? 0) <= LabelWord.MostShown;

    private static int[] RowsWith(CompartmentState state, SecurityLabel label)
    {
        var rows = new EntrySetBuilder(state.Index.Count);
        foreach (var (system, code, entries) in state.View().Labels)
        {
            if (SecurityLabel.Of(system, code) == label)
            {
                rows.Add(entries);
            }
        }

        return rows.ToSet().And(state.Index.Current).ToArray();
    }

    private EntryLabelling LabellingOf(CompartmentState state) => new(_services.Rules, _compartment, state, state.OwnLabels, []);

    private async Task<EntryLabels> ExplainAsync(CompartmentState state, EntryLabelling labelling, int row, CancellationToken cancel)
    {
        var plain = _compartment.OpenBody(state, row).AsMemory();
        var (header, resource) = (EntryHeader.Read(plain), Resource.Read(EntryHeader.Body(plain)));
        var said = Resource.Read(SaidLabels.BodyOf(header, plain));
        var saidLabels = SaidLabels.Of(said).Concat(NestedLabels.Inner(said.Root)).Select(static label => SecurityLabel.Of(label)).ToHashSet();
        var carried = SaidLabels.Of(resource).Select(static label => SecurityLabel.Of(label)).ToHashSet();
        var found = (await labelling.ExplainAsync(row, cancel)).ToLookup(static label => SecurityLabel.Of(label.System, label.Code));
        var words = state.OwnLabels.WithExceptForWriter(header.Local, said);

        // What is marked for everybody but who wrote it is marked to its patient.
        carried.UnionWith(words.Values.Where(static word => word.ExceptFor is not null).Select(static word => word.Label!.Value));
        var all = carried.Concat(saidLabels).Concat(found.Select(static group => group.Key)).Distinct().Where(static label => label.IsSensitive)
            .Select(label => new ExplainedLabel(label, [.. found[label]], saidLabels.Contains(label), WordOn(label))).ToList();
        var entry = state.Index.Describe(_compartment.IdText, row, AnswerMode.Match);
        return new EntryLabels(entry, resource, [.. all.Where(label => carried.Contains(label.Label))], [.. all.Where(label => !carried.Contains(label.Label))]);

        OwnLabel? WordOn(SecurityLabel label) => words.TryGetValue(label, out var word)
            ? state.OwnLabels.Words.Last(own => own.Word == word)
            : state.OwnLabels.Words.LastOrDefault(own => own.Word is { Scope: LabelScope.FoundBy rule, Verdict: LabelVerdict.TakenAway } && found[label].Any(label => label.Rule == rule.Rule));
    }

    /// <summary>What came of working a word out.</summary>
    private sealed record Worked(CompartmentState Next, IReadOnlyList<(int Before, int After)> Rows, DateTimeOffset At);
}
