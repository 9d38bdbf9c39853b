using System.Diagnostics;
using System.Net.ServerSentEvents;
using System.Runtime.CompilerServices;
using Rapport.Conversations;
using Rapport.Server.Api.Conversations.Telling;
using Rapport.Server.Hosting;
using Rapport.Server.Talks;

namespace Rapport.Server.Api.Conversations;

/// <summary>
/// What happens in the caller's conversations, as server-sent events: each line once, also over cuts and on another node, when the client sends the last event's id back as browsers do. What is told is decided when it is told:
/// who left a conversation or a team, or whose session ended, hears nothing of what comes after.
/// </summary>
internal static class TalkEvents
{
    private const string States = "state";

    /// <summary>How long what was decided holds for somebody who takes long to take it: then it is decided anew.</summary>
    private static readonly TimeSpan Holds = TimeSpan.FromSeconds(1);

    public static async Task<IResult> StreamAsync(HttpContext http, TalkDoor door, TalkStreams streams, TalkTeller teller, Modules modules)
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
        var isPage = http.FindSession() is not null;
        if (streams.Open(http.GetPerson().Id, WakenBy(talker, isPage), Pass.Of(http, modules.People.Sessions), isPage) is not { } stream)
        {
            return TypedResults.StatusCode(StatusCodes.Status429TooManyRequests);
        }

        http.Response.RegisterForDispose(stream);
        return LiveEvents.Answer(http, TellAsync(talker, await BeginAsync(door, talker, positions, http.RequestAborted), door, streams, stream, positions, teller, http.RequestAborted));
    }

    /// <summary>What wakes somebody: what is new for one of the members that they are; and a page, which shows what became of messages, when that changes.</summary>
    private static IReadOnlyList<string> WakenBy(Talker talker, bool isPage) => isPage ? [.. talker.References, .. TalkTelling.StatesOf(talker)] : talker.References;

    /// <summary>Begins to listen as the members that somebody is; how often what became of messages has changed until then.</summary>
    private static async Task<long> BeginAsync(TalkDoor door, Talker talker, EventPositions positions, CancellationToken cancel)
    {
        var newest = await door.Desk.News.NewestAsync([.. talker.References, .. TalkTelling.StatesOf(talker)], cancel);
        positions.Begin(talker.References, newest);
        return StatesAt(talker, newest);
    }

    private static long StatesAt(Talker talker, IReadOnlyDictionary<string, long> newest) => TalkTelling.StatesOf(talker).Sum(name => newest.GetValueOrDefault(name));

    private static async IAsyncEnumerable<SseItem<string>> TellAsync(
        Talker self, long states, TalkDoor door, TalkStreams streams, TalkStream stream, EventPositions positions, TalkTeller teller, [EnumeratorCancellation] CancellationToken cancel)
    {
        yield return LiveEvents.First(positions.ToString());
        var ready = Stopwatch.GetTimestamp();
        while (true)
        {
            // Woken while it was still busy, it asks from when it was not any more: no answer is older than that.
            ready = Math.Max(ready, stream.WokenAt);
            var ask = new TalkAsk(stream.Person, [.. self.References.Select(member => (member, positions.Of(member)))], TalkTelling.StatesOf(self), stream.Pass, streams.PassesOf(stream.Person), ready);
            var round = await teller.AskAsync(ask, cancel);
            if (round.Talker is not { } talker || !round.Open.Contains(stream.Pass))
            {
                yield break;
            }

            if (!talker.References.SequenceEqual(self.References))
            {
                self = talker;
                stream.ListenAs(WakenBy(self, stream.IsPage));
                states = await BeginAsync(door, self, positions, cancel);
                ready = Stopwatch.GetTimestamp();
                continue;
            }

            stream.NoteHeard(round.News.Newest);
            var (isTold, isLate, since) = (false, false, Stopwatch.GetTimestamp());
            foreach (var told in round.Told.Where(told => told.Seq > positions.Of(told.Member)))
            {
                if (isLate = isTold && Stopwatch.GetElapsedTime(since) > Holds)
                {
                    break;
                }

                positions.Move(told.Member, told.Seq);
                isTold = true;
                yield return new SseItem<string>(told.Data, told.Type) { EventId = positions.ToString() };
            }

            if (!isLate)
            {
                // Heard, also where it is kept no longer.
                foreach (var (member, until) in round.News.Until)
                {
                    positions.Move(member, until);
                }
            }

            // A page shows what became of messages, and asks for itself anew.
            if (stream.IsPage && StatesAt(self, round.News.Newest) is var now && now > states)
            {
                (states, isTold) = (now, true);
                yield return new SseItem<string>("", States) { EventId = positions.ToString() };
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

            ready = Stopwatch.GetTimestamp();
            if (!isLate && !round.News.HasMore && !await stream.WaitAsync(cancel))
            {
                yield break;
            }
        }
    }
}
