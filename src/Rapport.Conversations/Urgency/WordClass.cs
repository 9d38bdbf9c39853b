namespace Rapport.Conversations;

/// <summary>What the words of a class do to a message.</summary>
internal enum WordRole
{
    /// <summary>A sign: weighs towards asking, once however often it is said.</summary>
    Sign,

    /// <summary>What a calm message is about: weighs against asking, wherever it stands.</summary>
    Minus,

    /// <summary>The signs behind it in the sentence do not count.</summary>
    Not,

    /// <summary>Ends a denial.</summary>
    But,

    /// <summary>Tells that a sentence is of today.</summary>
    Now,

    /// <summary>The signs of its sentence are of long ago, unless it tells of today too.</summary>
    Past,

    /// <summary>The signs of its sentence happened to the family, unless it tells of today too.</summary>
    Family,
}

/// <summary>Words of one meaning, and what they weigh.</summary>
/// <param name="Name">What it is called in its file and in <see cref="UrgentLook.Signs"/>.</param>
/// <param name="Role">What it does.</param>
/// <param name="Weight">
/// What it weighs, once a message; <see cref="WordRole.Not"/> and <see cref="WordRole.Past"/> weigh it when they void a sign.
/// </param>
/// <param name="Kind">Which help a sign asks for.</param>
internal sealed record WordClass(string Name, WordRole Role, int Weight, UrgentKind Kind);
