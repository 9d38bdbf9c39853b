using Rapport.Consent;

namespace Rapport.Server.Talks;

/// <summary>Whether the parents who act for a teenager read in a conversation of theirs, as the teenager is told before they write. Nobody else is told, and least of all a parent.</summary>
/// <param name="How">Whether they do.</param>
/// <param name="Policy">What holds for children.</param>
public sealed record ParentsReading(ParentsReading.Way How, MinorPolicy Policy)
{
    /// <summary>How parents read, or why they do not.</summary>
    public enum Way
    {
        /// <summary>None of them does: it is the teenager's alone, or about nothing that they act in.</summary>
        Not,

        /// <summary>None of them does, since it is about something that is private at this age.</summary>
        NotAnyMore,

        /// <summary>One of them does, as who acts for the teenager.</summary>
        Acting,

        /// <summary>One of them does, who is in it themself or in a team that is.</summary>
        Themself,
    }
}
