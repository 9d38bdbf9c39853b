using System.Buffers.Text;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Circle;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.Files;
using Rapport.Server.Pages.Conversations.Lanes;
using Rapport.Server.Pages.Emergency.Card;
using Rapport.Server.Pages.Sharing;
using Rapport.Server.Talks;

namespace Rapport.Server.Offline.Copy;

/// <summary>Makes what a device keeps of whoever is signed in on it: theirs, and of what they see for others the emergency cards of small children alone, where they want these. Thread safe.</summary>
/// <remarks>Nothing is told to have been read by it, as nobody may have looked; it has reached them.</remarks>
internal sealed class OfflineCopying(TalkDoor door, RecordDoor records, OfflineChildren children, PeopleModule people, Keyring keyring, TimeProvider clock)
{
    /// <summary>Conversations and messages of each that are kept.</summary>
    public const int MostTalks = 20, MostMessages = 20;

    /// <summary>What opens what the device keeps: another one in each session, and none without.</summary>
    public string KeyOf(Session session) => Base64Url.EncodeToString(keyring.LookupHash("kept offline", session.Id.ToString()));

    /// <summary>The copy.</summary>
    /// <param name="http">Who asks.</param>
    /// <param name="session">Their session.</param>
    /// <param name="childrenKnown">What names the children's cards that the device has; null where it keeps none.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<OfflineCopy> MakeAsync(HttpContext http, Session session, IReadOnlyCollection<string>? childrenKnown)
    {
        var (person, now, cancel) = (http.GetPerson(), clock.GetUtcNow(), http.RequestAborted);
        var own = await records.OpenOwnAsync(http, TokenScopes.ReadOwn);
        var talker = Talker.Alone(person);
        var views = (await door.Desk.ListAsync(talker, cancel)).Take(MostTalks).ToList();
        List<OfflineTalk> talks = [];
        foreach (var view in views)
        {
            talks.Add(await TalkAsync(talker, view, now, cancel));
        }

        await door.ReachedAsync(talker, views, cancel);
        return new OfflineCopy(
            KeyOf(session),
            Say.Moment(now),
            own is null ? null : await OfflineCards.OfAsync(CardDesk.Of(own, person.DisplayName), now, cancel),
            own is null ? [] : await CircleAsync(own, person, views, now, cancel),
            talks,
            childrenKnown is null ? null : await children.MakeAsync(http, session, childrenKnown));
    }

    private async Task<IReadOnlyList<OfflinePerson>> CircleAsync(OwnAccess own, Person person, IReadOnlyList<TalkView> views, DateTimeOffset now, CancellationToken cancel)
    {
        var agreements = await Agreement.AllAsync(own, new Recipients(people), person.Id, now, cancel);
        var around = await CirclePerson.AllAsync(people, own.Patient, person.Id, agreements, await Pages.Sharing.LedgerLooks.OfAsync(own, cancel), await LastMessages.OfAsync(door.Desk, person, cancel), now, cancel);
        return
        [
            .. around.Where(static one => one.Choice.Kind != RecipientKind.Holder && one.Choice.Kind != RecipientKind.App).Select(one => new OfflinePerson(
                one.Choice.Title,
                [.. ((string?[])[one.Choice.About, one.Profession]).OfType<string>().Where(static text => text.Length > 0).Select(static text => Say.Sentence(text)), .. one.Vouching is { Count: > 0 } vouching ? new[] { Say.Fill(CircleText.VouchedForBy, Say.List(vouching)) } : []],
                views.FirstOrDefault(view => !view.State.IsEnded && view.State.Seats.Any(seat => one.Choice.IsNamed(seat.Member.Reference)))?.Id.ToString())),
        ];
    }

    private async Task<OfflineTalk> TalkAsync(Talker talker, TalkView view, DateTimeOffset now, CancellationToken cancel)
    {
        var story = await new StoryReader(door, people, null).ReadAsync(talker, view, null, cancel);
        return new OfflineTalk(
            view.Id.ToString(),
            view.State.Subject,
            TalkWords.With(view),
            TalkWords.Promises(view, now) is { Count: > 0 } promises ? string.Join(' ', promises.Select(static promise => promise.Text)) : null,
            await door.ParentsReadingAsync(view, cancel) is { } parents ? string.Join(' ', ((string?[])[ParentsWords.Of(parents), ParentsWords.MeansOf(parents)]).OfType<string>()) : null,
            view.State.IsEnded,
            [.. story.Items.Where(static item => item.Notice is null).TakeLast(MostMessages).Select(static item => new OfflineMessage(item.Name, item.About, Say.Moment(item.At), item.Text, item.IsOwn, item.Files.Count == 0 ? null : FileWords.Of(item.Files)))]);
    }
}
