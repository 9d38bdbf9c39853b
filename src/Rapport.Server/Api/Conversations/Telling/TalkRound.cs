using Rapport.Conversations;
using Rapport.Data;
using Rapport.Server.Talks;

namespace Rapport.Server.Api.Conversations.Telling;

/// <summary>What somebody who listens asks for: what is new for them.</summary>
/// <param name="Person">Who.</param>
/// <param name="Heard">The members that they are, as far as they know, in their order, and how far they have heard the news of each.</param>
/// <param name="States">The numbers of <see cref="TalkTelling.StatesOf"/>.</param>
/// <param name="Pass">What they listen by.</param>
/// <param name="Passes">What they listen by with all of their devices: <paramref name="Pass"/> among them.</param>
/// <param name="Since">When there was something to ask for, and they were ready to: a reading of <see cref="System.Diagnostics.Stopwatch"/>. What is answered was read after it.</param>
internal sealed record TalkAsk(PersonId Person, IReadOnlyList<(string Member, long Seq)> Heard, IReadOnlyList<string> States, Pass Pass, IReadOnlySet<Pass> Passes, long Since);

/// <summary>What somebody is told, as it was decided at one moment, and for none but them.</summary>
/// <param name="Talker">Who they are; null where nobody is behind any of what they listen by.</param>
/// <param name="Open">What of that opens something still.</param>
/// <param name="News">What is new for the members that they were when they asked.</param>
/// <param name="Told">What they are told of it; nothing where they are other members now.</param>
internal sealed record TalkRound(Talker? Talker, IReadOnlySet<Pass> Open, NewsSince News, IReadOnlyList<ToldEvent> Told);

/// <summary>An event.</summary>
/// <param name="Member">For which member it is news.</param>
/// <param name="Seq">Its number there.</param>
/// <param name="Type">Its type.</param>
/// <param name="Data">What it says.</param>
internal sealed record ToldEvent(string Member, long Seq, string Type, string Data);
