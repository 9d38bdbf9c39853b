using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>A file as it is stored.</summary>
/// <param name="Attempt">Which attempt to write it was the one.</param>
/// <param name="By">Who sent it.</param>
/// <param name="Kind">What it is.</param>
/// <param name="Size">Its bytes.</param>
/// <param name="Sha256">What they hash to.</param>
/// <param name="Sent">What hashed to what was sent, before anything was taken out of it.</param>
/// <param name="Name">How the sender calls it.</param>
internal sealed record StoredFile(long Attempt, PersonId By, FileKind Kind, long Size, string Sha256, string Sent, string? Name)
{
    internal TalkFile Of(LocalId id, string? says = null) => new(id, Kind, Size, Sha256, Name, says);
}

/// <summary>A message names a file that is not there, or that another message has.</summary>
internal sealed class FileGoneException : Exception;
