using Rapport.Data;

namespace Rapport.Conversations;

/// <summary>How far somebody has read.</summary>
/// <param name="Reader">Who.</param>
/// <param name="Seq">The last line they have seen; 0 for none.</param>
/// <param name="At">When.</param>
/// <param name="Cleared">The last line that they deleted for themselves, with all before it; 0 for none. Others see these still.</param>
/// <param name="Reached">The last line that a page or a program of theirs had, or showed to be new, before they read it; 0 for none.</param>
/// <param name="ReachedAt">When.</param>
public sealed record ReadMark(PersonId Reader, long Seq, DateTimeOffset At, long Cleared = 0, long Reached = 0, DateTimeOffset? ReachedAt = null)
{
    /// <summary>Both together: nobody reads less than before, and what is deleted stays so.</summary>
    internal ReadMark With(ReadMark later) => new(
        Reader, Math.Max(Seq, later.Seq), later.Seq > Seq ? later.At : At, Math.Max(Cleared, later.Cleared), Math.Max(Reached, later.Reached), later.Reached > Reached ? later.ReachedAt : ReachedAt);
}
