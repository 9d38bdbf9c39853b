namespace Rapport.Server.Tests.Leaks;

/// <summary>How a patient shares in a made case.</summary>
internal enum Sharing
{
    All,
    Kinds,
    Dates,
    Codes,
    Items,
    DeniedWithin,
    Denied,
    Emergency,
    Narrowed,
    Stopped,
    RunOut,
    OtherPurpose,
    Opinion,
}

/// <summary>Whom a patient names in a made case: always so that the one who knocks is meant.</summary>
internal enum Receiver
{
    Person,
    Organisation,
    Team,
    Role,
    App,
    Delegate,
    Parent,
}

/// <summary>With what sharing ends in a made case, beside a day.</summary>
internal enum Ending
{
    None,
    Looks,
    Treatment,
    TreatmentOver,

    /// <summary>With the recipient's leaving whom they are meant by: the team, the role, where they work.</summary>
    Left,
}

/// <summary>Whether what is shared in a made case goes to the one who knocks by way of somebody else, who may share on what they see.</summary>
internal enum Passing
{
    None,
    Once,

    /// <summary>Once more after the agreement changed: that ended it.</summary>
    Again,

    /// <summary>Whoever shared it on took it back.</summary>
    TakenBack,
}
