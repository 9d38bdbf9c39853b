using Rapport.Consent;
using Rapport.Data;
using Rapport.Fhir;
using Rapport.Merging;

namespace Rapport.Records;

/// <summary>
/// What the patient is shown as one is one for marking: a mark that they put on one of a group is put on each of it, as a word of its own that stays when they part it. What they took off is not: whatever
/// joins later nobody has looked at, so it stays home until somebody has. Stateless.
/// </summary>
internal static class JoinedLabels
{
    /// <summary>A word on an entry as it is said of all that is one with it.</summary>
    internal static IEnumerable<LabelWord> WithTheSame(CompartmentState state, MergedEntries merged, LabelWord word) =>
        word.Scope is LabelScope.Entry entry && state.Index.RowOf(entry.Local ?? default) is >= 0 and var row && merged.With(row) is { } group
            ? group.Select(member => word with { Scope = new LabelScope.Entry(state.Index.TypeOf(member), state.Index.LocalOf(member)), IsDerived = member != row })
            : [word];

    /// <summary>
    /// The marks that are on one of a group and not on another: what the patient said of an entry holds for each of its group; what they said of a kind holds for those of which they said nothing themselves.
    /// </summary>
    /// <param name="own">What the patient said.</param>
    /// <param name="groups">The entries that are one.</param>
    /// <param name="entryOf">The id of an entry, and what it says.</param>
    /// <param name="mayBeOfMarkedKind">Whether an entry may be of a kind that the patient marked: only then is it looked into.</param>
    internal static IEnumerable<LabelWord> Missing(
        OwnLabels own, IEnumerable<IReadOnlyList<int>> groups, Func<int, (LocalId Local, Lazy<Resource> Resource)> entryOf, Func<int, bool> mayBeOfMarkedKind)
    {
        foreach (var group in groups)
        {
            List<(LocalId Local, Lazy<Resource> Resource)> members = [.. group.Select(entryOf)];
            if (!members.Exists(member => own.MarksEntry(member.Local)) && !group.Any(mayBeOfMarkedKind))
            {
                continue;
            }

            List<IReadOnlyDictionary<SecurityLabel, LabelWord>> said = [.. members.Select(member => own.WithExceptForWriter(member.Local, member.Resource.Value))];
            foreach (var marks in said.SelectMany(static words => words).Where(static pair => pair.Value.Verdict == LabelVerdict.Added).ToLookup(static pair => pair.Key, static pair => pair.Value))
            {
                var isOfEntry = marks.Any(static word => word.Scope is LabelScope.Entry);
                for (var i = 0; i < members.Count; i++)
                {
                    var known = said[i].GetValueOrDefault(marks.Key);
                    if (known?.Verdict != LabelVerdict.Added && (isOfEntry || known?.Scope is not LabelScope.Entry))
                    {
                        yield return new LabelWord(new LabelScope.Entry(members[i].Resource.Value.TypeName, members[i].Local), marks.Key, LabelVerdict.Added) { Shown = isOfEntry ? null : marks.First().Shown, IsDerived = true };
                    }
                }
            }
        }
    }

    /// <summary>The entries that are of a kind on which the patient put a mark, by what the index knows of them.</summary>
    internal static EntrySet OfMarkedKinds(CompartmentState state, OwnLabels own) => own.MarkedKinds
        .Select(scope => scope switch
        {
            LabelScope.Coded coded => state.View().WithCode(coded.System, coded.Code),
            LabelScope.OfType type => state.View().WithType(type.ResourceType),
            _ => EntrySet.All(state.Index.Count),
        })
        .Aggregate(EntrySet.None(state.Index.Count), static (all, more) => all.Or(more));

    /// <summary>What is said by itself when something is written, since it is one with what the patient marked.</summary>
    /// <param name="services">What the parts of this module share.</param>
    /// <param name="compartment">Whose record.</param>
    /// <param name="state">The record as it is.</param>
    /// <param name="written">What is written.</param>
    /// <param name="around">The entries as they stand to one another, what is written among them.</param>
    /// <param name="cancel">Gives up.</param>
    internal static async Task<WordWriting> SayAsync(RecordServices services, Compartment compartment, CompartmentState state, Joining written, EntriesAround around, CancellationToken cancel)
    {
        var said = new WordWriting(services, compartment, state, written.First, written.Now);
        if (state.OwnLabels.Marks && written.MayJoin)
        {
            var merged = await services.Cache.MergedAfterAsync(compartment, state, written.Drafts, written.Source, written.Links, cancel);
            var ofMarkedKinds = OfMarkedKinds(state, state.OwnLabels);
            foreach (var word in Missing(state.OwnLabels, merged.Groups, EntryOf, row => row >= state.Index.Count || ofMarkedKinds.Contains(row)).SelectMany(around.WithDocuments))
            {
                said.Say(word with { ExceptFor = written.Writer });
            }
        }

        return said;

        (LocalId, Lazy<Resource>) EntryOf(int row)
        {
            var draft = row < state.Index.Count ? null : (EntryDraft?)written.Drafts[row - state.Index.Count];
            return draft is { } one ? (one.Local ?? default, new(() => Resource.Read(one.Body))) : (state.Index.LocalOf(row), new(() => state.Read(row)));
        }
    }
}

/// <summary>What is written, by which entries may become one.</summary>
/// <param name="Drafts">Entries; none when the patient says alone that entries are one.</param>
/// <param name="Source">Where they come from.</param>
/// <param name="Links">What the patient says of pairs from then on.</param>
/// <param name="First">The row after all of it.</param>
/// <param name="Now">When.</param>
internal sealed record Joining(IReadOnlyList<EntryDraft> Drafts, long Source, IReadOnlyList<EntryLink> Links, int First, DateTimeOffset Now)
{
    /// <summary>
    /// Who writes it, where it is somebody else than the patient: what is marked by it is marked at once for everybody but them. If it were gone for whoever wrote it, or looked otherwise, that would tell them what is marked.
    /// </summary>
    internal string? Writer { get; init; }

    /// <summary>Whether anything of it can be one with anything: the series of a device, of which there are many and often, cannot.</summary>
    internal bool MayJoin => Drafts.Count == 0 || Drafts.Any(static draft => draft.IsWithdrawn || (draft.Parts is not { Count: > 0 } && FactTable.Knows(Resource.Read(draft.Body).TypeName)));
}
