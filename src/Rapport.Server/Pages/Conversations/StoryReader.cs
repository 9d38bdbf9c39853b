using System.Runtime.CompilerServices;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Record;
using Rapport.Server.Pages.Record.Reading;
using Rapport.Server.Talks;

namespace Rapport.Server.Pages.Conversations;

/// <summary>Reads a part of a conversation so that a page can show it. For one request.</summary>
/// <param name="door">The way into conversations.</param>
/// <param name="people">Who has read.</param>
/// <param name="own">The patient's own access, where they look at what they attached; null for anybody else.</param>
/// <param name="keeps">Who may put what came into the record; null for anybody else.</param>
internal sealed class StoryReader(TalkDoor door, PeopleModule people, OwnAccess? own, PatientSide? keeps = null)
{
    /// <summary>Lines on a page.</summary>
    public const int OnAPage = 100;

    private const int LinesAtOnce = 500;

    private readonly Dictionary<string, string> _names = [];
    private readonly HashSet<PersonId> _known = [];

    /// <summary>The part that begins at a line; null for the newest.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<TalkStory> ReadAsync(Talker talker, TalkView view, long? from, CancellationToken cancel)
    {
        var newest = Math.Max(view.From, view.State.Size - OnAPage + 1);
        var first = Math.Clamp(from ?? newest, view.From, newest);
        var lines = await door.Desk.LinesAsync(view, first, OnAPage, cancel);
        var corrections = await CorrectionsAsync(view, first, first + OnAPage - 1, cancel);
        var owner = await people.Accounts.FindByReferenceAsync($"Patient/{view.Patient}", cancel);
        Meet(view, lines);
        var items = await WithKeptAsync(view, lines, await ItemsAsync(talker, view, owner, lines, first, corrections, cancel), cancel);
        items = await WithPromisesAsync(talker, view, lines, items, cancel);
        return new TalkStory(view, first == newest ? WithReaders(items, lines, await TalkReaders.OthersAsync(door, people, talker.Person.Id, view, _known, cancel), talker.Person.Id) : items)
        {
            PatientName = owner?.DisplayName ?? ConversationText.WhoLeft,
            Earlier = first > view.From ? Math.Max(view.From, first - OnAPage) : null,
            Later = first < newest ? Math.Min(newest, first + OnAPage) : null,
        };
    }

    /// <summary>Tells the patient which summaries and files are in their record.</summary>
    private async Task<List<TalkItem>> WithKeptAsync(TalkView view, IReadOnlyList<TalkLine> lines, List<TalkItem> items, CancellationToken cancel)
    {
        var closed = lines.Where(static line => line.Line is ClosedLine { Summary: not null }).ToDictionary(static line => line.Seq, static line => (ClosedLine)line.Line);
        if (keeps is null || (closed.Count == 0 && items.TrueForAll(static item => item.Files.Count == 0)))
        {
            return items;
        }

        var taken = await keeps.SourcesAsync(cancel);
        return
        [
            .. items.Select(item => closed.TryGetValue(item.Seq, out var line) ? item with { IsSummaryKept = ConversationSummary.IsIn(taken, ConversationSummary.Of(view, item.Seq, line)) }
                : item.Files.Count > 0 ? item with { FilesKept = [.. item.Files.Select((_, number) => TakenFile.SourceOf(taken, view.Id, item.Seq, number))], KeepsFor = keeps.Own is null ? view.Patient : null } : item),
        ];
    }

    /// <summary>All of it that they may see, part after part.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async IAsyncEnumerable<IReadOnlyList<TalkItem>> AllAsync(Talker talker, TalkView view, [EnumeratorCancellation] CancellationToken cancel)
    {
        var corrections = await CorrectionsAsync(view, view.From, view.State.Size, cancel);
        var owner = await people.Accounts.FindByReferenceAsync($"Patient/{view.Patient}", cancel);
        for (var from = view.From; from <= view.State.Size; from += LinesAtOnce)
        {
            var lines = await door.Desk.LinesAsync(view, from, LinesAtOnce, cancel);
            Meet(view, lines);
            yield return await ItemsAsync(talker, view, owner, lines, view.From, corrections, cancel);
        }
    }

    /// <summary>Some lines. What puts right a message that stands before the first is told without its words.</summary>
    private async Task<List<TalkItem>> ItemsAsync(Talker talker, TalkView view, Person? owner, IReadOnlyList<TalkLine> lines, long first, ILookup<long, CorrectedLine> corrections, CancellationToken cancel)
    {
        List<TalkItem> items = [];
        foreach (var line in lines)
        {
            if (line.Line is SaidLine said)
            {
                items.Add(await SaidAsync(talker, view, owner, line.Seq, said, corrections[line.Seq], cancel));
            }
            else if (line.Line is not CorrectedLine corrected)
            {
                items.Add(new TalkItem(line.Seq, line.Line.At)
                {
                    Notice = TalkWords.Notice(line.Line, NameOf),
                    Summary = (line.Line as ClosedLine)?.Summary,
                    CheckIn = CheckIns.CheckInLink.Of(view, line),
                });
            }
            else if (corrected.Seq < first)
            {
                items.Add(new TalkItem(line.Seq, corrected.At) { Notice = Say.Fill(ConversationText.CorrectedBefore, corrected.By.Name) });
            }
        }

        return items;
    }

    private async Task<TalkItem> SaidAsync(Talker talker, TalkView view, Person? owner, long seq, SaidLine said, IEnumerable<CorrectedLine> corrections, CancellationToken cancel)
    {
        var texts = corrections.Select(static corrected => (corrected.Text, corrected.At)).Prepend((said.Text, said.At)).ToList();
        var isFor = said.By.IsActing || (said.By.As == $"Patient/{view.Patient}" && said.By.Person != owner?.Id);
        var isTeam = CareTeamId.IsReference(said.By.As);
        return new TalkItem(seq, said.At)
        {
            Name = said.By.Name,
            About = isFor ? For(said.By, owner?.DisplayName ?? ConversationText.WhoLeft)
                : isTeam ? Say.Fill(ConversationText.RoleInTeam, TalkWords.What(said.By), NameOf(said.By.As))
                : TalkWords.What(said.By),
            Text = texts[^1].Item1,
            Before = [.. texts.SkipLast(1).Select((text, i) => (text.Item1, texts[i + 1].Item2))],
            DraftedWith = view.IsTeam && said.By.As == view.Capacity.Reference ? said.DraftedWith ?? [] : [],
            IsNotYet = said.IsNotYet,
            IsOwn = said.By.Person == talker.Person.Id,
            Attached = await AttachedAsync(view, seq, said.Attached ?? [], cancel),
            Files = said.Files ?? [],
        };
    }

    /// <summary>What somebody is who wrote for the patient. Where that was not noted, it says the patient.</summary>
    private static string For(Speaker by, string patient) =>
        by.IsActing ? Say.Fill(ConversationText.RoleInTeam, TalkWords.What(by), Say.Fill(ConversationText.ForWhom, patient)) : Say.Fill(ConversationText.ForWhom, patient);

    /// <summary>The corrections of some lines, in their order, also where they came long after.</summary>
    private async Task<ILookup<long, CorrectedLine>> CorrectionsAsync(TalkView view, long from, long to, CancellationToken cancel) =>
        (await door.Desk.CorrectionsAsync(view, from, to, cancel)).ToLookup(static corrected => corrected.Seq);

    /// <summary>What is told of who is there: members by name, and who has said something.</summary>
    private void Meet(TalkView view, IReadOnlyList<TalkLine> lines)
    {
        foreach (var member in view.State.Seats.Select(static seat => seat.Member).Concat(lines.SelectMany(static line => line.Line switch { OpenedLine opened => opened.Members, JoinedLine joined => [joined.Member], _ => [] })))
        {
            _names.TryAdd(member.Reference, TalkWords.Named(member));
        }

        _known.UnionWith(lines.Select(static line => line.Line.By.Person));
    }

    private string NameOf(string reference) => _names.GetValueOrDefault(reference, ConversationText.WhoLeft);

    /// <summary>Tells whoever looks what became of what was promised for their own messages. One answer to several of them stands under the last of these; what waits stands under the first, by which it becomes late.</summary>
    private async Task<List<TalkItem>> WithPromisesAsync(Talker talker, TalkView view, IReadOnlyList<TalkLine> lines, List<TalkItem> items, CancellationToken cancel)
    {
        var promises = await door.Desk.States.PromisesAsync(talker, view, lines, cancel);
        HashSet<(string, long?, bool)> told = [];
        foreach (var seq in promises.Select(static one => one.Key).OrderDescending())
        {
            var at = items.FindIndex(item => item.Seq == seq);
            items[at] = items[at] with
            {
                Promises = [.. promises[seq].Where(kept => kept.End == PromiseEnd.Waits ? view.State.Of(kept.Promise.Who).Waits?.Seq == seq : told.Add((kept.Promise.Who, kept.Line?.Seq, kept.LateBy(default) is not null)))],
            };
        }

        return items;
    }

    private static List<TalkItem> WithReaders(List<TalkItem> items, IReadOnlyList<TalkLine> lines, IReadOnlyList<TalkReader> readers, PersonId self)
    {
        var by = lines.ToDictionary(static line => line.Seq, static line => line.Line.By.Person);
        foreach (var (reader, name, mark) in readers)
        {
            // Nobody is told to have read what they said themself.
            var at = items.FindLastIndex(item => item.Notice is null && item.Seq <= mark.Seq && by[item.Seq] != reader);
            if (at >= 0 && name is not null)
            {
                items[at] = items[at] with { ReadBy = [.. items[at].ReadBy.Append(name).Distinct()] };
            }
        }

        // What came after the newest of one's own stands below it.
        var (read, reached) = readers.Count == 0 ? (0, 0) : (readers.Max(static one => one.Mark.Seq), readers.Max(static one => one.Mark.Reached));
        var last = items.FindLastIndex(static item => item.Notice is null);
        bool? isDelivered = null;
        for (var at = last; at >= 0 && isDelivered != true && items[at].Seq > read && (items[at].Notice is not null || by[items[at].Seq] == self); at--)
        {
            if (items[at].Notice is null && (items[at].Seq <= reached) != isDelivered)
            {
                isDelivered = items[at].Seq <= reached;
                items[at] = items[at] with { IsUnreadByAll = true, IsDelivered = isDelivered.Value };
            }
        }

        return items;
    }

    private async Task<IReadOnlyList<TalkAttached>> AttachedAsync(TalkView view, long seq, IReadOnlyList<string> references, CancellationToken cancel)
    {
        List<TalkAttached> attached = [];
        for (var i = 0; i < references.Count; i++)
        {
            if (AttachChoice.IsFile(references[i]))
            {
                continue;
            }

            attached.Add(own is not null ? new TalkAttached(RecordPlace.Own.Entry(references[i]), await NameOfAsync(own, references[i], cancel), references[i])
                : view.State.IsEnded ? new TalkAttached(null, null, null)
                : new TalkAttached(TalkPlaces.AttachedOf(view.Id, seq, i), null, null));
        }

        return attached;
    }

    private static async Task<string?> NameOfAsync(OwnAccess own, string reference, CancellationToken cancel) =>
        reference.IndexOf('/', StringComparison.Ordinal) is > 0 and var slash && LocalReference.TryParseId(reference.AsSpan(slash + 1), out var owner, out var local) && owner == own.Patient
        && await own.QueryAsync(new RecordQuery.ById(reference[..slash], local), cancel) is { Count: 1 } answer ? EntryReader.Line(answer.ReadResource(0)).Name : null;
}
