namespace Rapport.Conversations;

/// <summary>What the words of a class do to a message.</summary>
internal enum WordRole
{
    /// <summary>A sign: weighs towards asking, once however often it is said.</summary>
    Sign,

    /// <summary>What a calm message is about: weighs against asking, wherever it stands.</summary>
    Minus,

    /// <summary>Words that mean something else: a sign inside does not count, and nothing is weighed.</summary>
    Else,

    /// <summary>The signs behind it in the sentence do not count.</summary>
    Not,

    /// <summary>The signs behind it in the sentence are only supposed: a leaflet names them, somebody wonders what if.</summary>
    Supposed,

    /// <summary>Ends a denial, and what is supposed.</summary>
    But,

    /// <summary>Somebody of whom something new is said: ends a denial (`no fever he is grey`).</summary>
    Subject,

    /// <summary>Does not count when it is counted how far a denial, or what is supposed, reaches.</summary>
    Filler,

    /// <summary>Tells that a sentence is of today.</summary>
    Now,

    /// <summary>The signs of its sentence are of long ago, unless it tells of today too.</summary>
    Past,

    /// <summary>The signs of illness in its sentence happened to the family, unless it tells of today too.</summary>
    Family,
}

/// <summary>How much a sign tells when it stands alone.</summary>
internal enum SignForce
{
    /// <summary>As much as it weighs.</summary>
    Usual,

    /// <summary>It may be an emergency by itself: the first one in a message weighs <see cref="WordClass.PlainWeight"/> more.</summary>
    Plain,

    /// <summary>Nothing of its own: that it is of today, of somebody else, very strong.</summary>
    Context,
}

/// <summary>Words of one meaning, and what they weigh.</summary>
/// <param name="Name">What it is called in its file and in <see cref="UrgentLook.Signs"/>.</param>
/// <param name="Role">What it does.</param>
/// <param name="Weight">
/// What it weighs, once a message; <see cref="WordRole.Not"/> and the others that void a sign weigh it when they do.
/// </param>
/// <param name="Kind">Which help a sign asks for.</param>
/// <param name="Force">How much a sign tells when it stands alone.</param>
internal sealed record WordClass(string Name, WordRole Role, int Weight, UrgentKind Kind, SignForce Force = SignForce.Usual)
{
    /// <summary>What a message weighs more for having a plain sign, however many it has.</summary>
    public const int PlainWeight = 7;
}
