using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>A conversation that somebody wants to begin.</summary>
/// <param name="Patient">Whose record it is about.</param>
/// <param name="Subject">What it is about: 1 to 120 letters.</param>
/// <param name="Topic">What kind of matter.</param>
/// <param name="Members">Everybody in it, whoever begins it among them.</param>
/// <param name="Once">Tells a repetition from another conversation that the same person begins; null where nobody repeats.</param>
public sealed record NewConversation(PatientId Patient, string Subject, Topic Topic, IReadOnlyList<Member> Members, string? Once = null);

/// <summary>A conversation that was begun.</summary>
/// <param name="View">It, as whoever began it sees it; null when its key began another one before.</param>
public sealed record BegunAnswer(TalkView? View);
