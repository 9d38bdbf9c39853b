using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>Something new for a member.</summary>
/// <param name="Conversation">Where.</param>
/// <param name="Seq">Which line.</param>
/// <param name="IsReminder">Whether they are reminded of it: the line was told before.</param>
public sealed record News(ConversationId Conversation, long Seq, bool IsReminder = false);
