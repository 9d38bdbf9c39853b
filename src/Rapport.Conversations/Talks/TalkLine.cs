namespace Rapport.Conversations;

/// <summary>A line of a conversation.</summary>
/// <param name="Seq">Its number, from 1.</param>
/// <param name="Line">What happened.</param>
public sealed record TalkLine(long Seq, ConversationLine Line);
