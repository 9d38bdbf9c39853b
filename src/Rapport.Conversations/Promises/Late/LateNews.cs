using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>That people of a team are told of what it has not answered.</summary>
/// <param name="Team">The team's reference.</param>
/// <param name="Conversation">Where it waits.</param>
/// <param name="People">Who is told.</param>
/// <param name="IsLate">Whether what was promised is late; else that it will be soon.</param>
public sealed record LateNews(string Team, ConversationId Conversation, IReadOnlyList<PersonId> People, bool IsLate);
