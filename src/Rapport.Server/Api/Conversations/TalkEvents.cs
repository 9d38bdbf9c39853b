using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Api.Conversations;

/// <summary>
/// What happens in the caller's conversations, as server-sent events: each line once, also over cuts and on another node, when the client sends the last event's id back as browsers do. What is told is decided when it is told:
/// who left a conversation or a team, or whose session ended, hears nothing of what comes after.
/// </summary>
internal static class TalkEvents
{
    private const string Told = "message", Reminded = "reminder";

    public static async Task<IResult> StreamAsync(HttpContext http, TalkDoor door, TalkStreams streams, PersonAgain again, Modules modules)
    {
        var talker = await door.OpenAsync(http);
        if (!LiveEvents.AreAskedFor(http))
        {
            return TypedResults.StatusCode(StatusCodes.Status406NotAcceptable);
        }

        if (EventPositions.Parse(http.Request.Headers["Last-Event-ID"].ToString(), modules.Keyring) is not { } positions)
        {
            return TypedResults.BadRequest();
        }

        // Listening begins before it is asked what there is, so that nothing falls between.
        if (streams.Open(http.GetPerson().Id, talker.References, isPage: http.FindSession() is not null) is not { } stream)
        {
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        http.Response.RegisterForDispose(stream);
        positions.Begin(talker.References, await door.Desk.News.NewestAsync(talker.References, http.RequestAborted));
        return LiveEvents.Answer(http, TellAsync(http, door, talker.References, stream, positions, again, http.RequestAborted));
    }

    private static async IAsyncEnumerable<SseItem<string>> TellAsync(
        HttpContext http, TalkDoor door, IReadOnlyList<string> members, TalkStream stream, EventPositions positions, PersonAgain again, [EnumeratorCancellation] CancellationToken cancel)
    {
        yield return LiveEvents.First(positions.ToString());
        while (true)
        {
            // Asked before it is asked who they are: what comes after that is told only when they are asked for again.
            var newest = await door.Desk.News.NewestAsync(members, cancel);
            if (await again.FindAsync(http, cancel) is not { } talker)
            {
                yield break;
            }

            if (!talker.References.SequenceEqual(members))
            {
                members = talker.References;
                stream.ListenAs(members);
                positions.Begin(members, await door.Desk.News.NewestAsync(members, cancel));
                continue;
            }

            var isTold = false;
            Dictionary<ConversationId, TalkView?> views = [];
            foreach (var member in members.Where(member => newest.GetValueOrDefault(member) > positions.Of(member)))
            {
                List<(long Seq, News News)> news;
                do
                {
                    news = [.. (await door.Desk.News.AfterAsync(member, positions.Of(member), cancel)).TakeWhile(one => one.Seq <= newest[member])];
                    foreach (var (seq, what) in news)
                    {
                        positions.Move(member, seq);
                        if (what.IsReminder)
                        {
                            if (await ViewAsync(door.Desk, talker, what, views, cancel) is { IsTeam: true } asked && asked.State.Of(asked.Capacity.Reference).Waits is { } waits && waits.Seq == what.Seq)
                            {
                                isTold = true;
                                var reminder = new ReminderEvent(what.Conversation.ToString(), what.Seq.ToString(System.Globalization.CultureInfo.InvariantCulture), waits.Promise.By);
                                yield return new SseItem<string>(JsonSerializer.Serialize(reminder, TalkJson.Default.ReminderEvent), Reminded) { EventId = positions.ToString() };
                            }
                        }
                        else if (await LineAsync(door.Desk, talker, member, what, views, cancel) is var (view, line))
                        {
                            isTold = true;
                            yield return new SseItem<string>(JsonSerializer.Serialize(new TalkEvent(what.Conversation.ToString(), MessageTold.Of(view, line)), TalkJson.Default.TalkEvent), Told) { EventId = positions.ToString() };
                        }
                    }
                }
                while (news.Count > 0 && positions.Of(member) < newest[member]);

                // Heard, also where it is kept no longer.
                positions.Move(member, newest[member]);
            }

            // Whoever was woken by what is not for them hears nothing of it, not by a sign of life either.
            if (isTold)
            {
                stream.NoteTold();
            }
            else if (stream.TakeBeat())
            {
                yield return new SseItem<string>("", LiveEvents.Beat) { EventId = positions.ToString() };
            }

            if (!await stream.WaitAsync(cancel))
            {
                yield break;
            }
        }
    }

    /// <summary>A line as this person sees it now; null where they do not, or are told of it as another member that they are.</summary>
    private static async Task<(TalkView View, TalkLine Line)?> LineAsync(
        ConversationDesk desk, Talker talker, string member, News news, Dictionary<ConversationId, TalkView?> views, CancellationToken cancel) =>
        await ViewAsync(desk, talker, news, views, cancel) is { } view && ToldAs(talker, view, news.Seq) == member
        && await desk.LinesAsync(view, news.Seq, 1, cancel) is [{ Line: not WithheldLine } line] && line.Seq == news.Seq ? (view, line) : null;

    /// <summary>As which of the members that they are somebody is told of a line: the first who was in the conversation by then, so that whoever becomes another member too is told nothing twice and misses nothing.</summary>
    private static string? ToldAs(Talker talker, TalkView view, long seq) => talker.Capacities.FirstOrDefault(capacity =>
        view.State.SeatOf(capacity.Reference) is { } seat && seat.From <= seq && capacity.MayBeIn(view.State))?.Reference;

    private static async Task<TalkView?> ViewAsync(ConversationDesk desk, Talker talker, News news, Dictionary<ConversationId, TalkView?> views, CancellationToken cancel)
    {
        if (!views.TryGetValue(news.Conversation, out var view))
        {
            views[news.Conversation] = view = await desk.FindAsync(talker, news.Conversation, cancel);
        }

        return view;
    }
}
