using System.Globalization;
using Rapport.Conversations;
using Rapport.Server.Talks;

namespace Rapport.Server.Api.Conversations;

/// <summary>What became of a message of the caller's.</summary>
/// <param name="Is">The furthest it came: <c>sent</c> (it is stored), <c>delivered</c> (a page or a program of somebody else has it, or has shown that there is something new), <c>read</c> or <c>answered</c> (by whoever promised to).</param>
/// <param name="Delivered">Whether it is delivered: what was read is.</param>
/// <param name="Read">Who has opened the page on which it stands.</param>
/// <param name="Promises">What was promised for it, and what became of that.</param>
internal sealed record StateTold(string Is, bool Delivered, IReadOnlyList<ReadTold> Read, IReadOnlyList<KeptTold> Promises)
{
    internal static StateTold Of(long seq, IReadOnlyList<TalkReader> others, IEnumerable<PromiseKept> promises, HandsOfTeams hands, DateTimeOffset now)
    {
        List<ReadTold> read = [.. from other in others let name = other.Name where name is not null && other.Mark.Seq >= seq select new ReadTold(name, other.Mark.At)];
        List<KeptTold> kept = [.. promises.Select(promise => KeptTold.Of(promise, hands.Of(promise.Promise.Who), now))];
        var isDelivered = others.Any(other => Math.Max(other.Mark.Seq, other.Mark.Reached) >= seq);
        return new StateTold(kept.Exists(static one => one.Is is "answered" or "closed") ? "answered" : read.Count > 0 ? "read" : isDelivered ? "delivered" : "sent", isDelivered, read, kept);
    }
}

/// <summary>That somebody has read a message.</summary>
/// <param name="Name">Their name.</param>
/// <param name="At">When they read last, this message or what came after it: it was not later.</param>
internal sealed record ReadTold(string Name, DateTimeOffset At);

/// <summary>What was promised for a message, and what became of it.</summary>
/// <param name="Who">The reference of who promised.</param>
/// <param name="By">By when; left out where no time was promised.</param>
/// <param name="Is"><c>waiting</c>, <c>late</c>, <c>answered</c>, <c>closed</c> (as answered) or <c>gone</c> (they left, or the patient ended the conversation).</param>
/// <param name="Hands">The name of who has it in hand, while it waits; left out for nobody.</param>
/// <param name="Message">The <c>id</c> of the answer.</param>
/// <param name="At">When it was answered.</param>
/// <param name="Name">The name of who answered.</param>
/// <param name="LateMinutes">By how many minutes the promised time was missed, or is by now; left out where it was kept.</param>
internal sealed record KeptTold(string Who, DateTimeOffset? By, string Is, string? Hands, string? Message, DateTimeOffset? At, string? Name, long? LateMinutes)
{
    internal static KeptTold Of(PromiseKept kept, HandsNow hands, DateTimeOffset now)
    {
        var late = kept.LateBy(now) is { } by ? (long?)Math.Ceiling(by.TotalMinutes) : null;
        var named = kept.End switch
        {
            PromiseEnd.Answered => "answered",
            PromiseEnd.Closed => "closed",
            PromiseEnd.Gone => "gone",
            _ => late is null ? "waiting" : "late",
        };
        return new KeptTold(
            kept.Promise.Who, kept.Promise.By, named, kept.End == PromiseEnd.Waits ? hands.Name : null,
            kept.Line?.Seq.ToString(CultureInfo.InvariantCulture), kept.Line?.Line.At, kept.Line?.Line.By.Name, late);
    }
}
