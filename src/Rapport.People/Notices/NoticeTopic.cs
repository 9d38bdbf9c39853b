using System.Text.Json.Serialization;

namespace Rapport.People;

/// <summary>What somebody may be told of. Which one it was is never said outside of Rapport.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoticeTopic>))]
public enum NoticeTopic
{
    /// <summary>Messages among people.</summary>
    Circle,

    /// <summary>Messages in conversations that a care team is in.</summary>
    Teams,

    /// <summary>Messages to a care team that somebody is in.</summary>
    OwnTeam,

    /// <summary>What others ask or answer: requests, opinions, comments, what comes back by a link.</summary>
    Requests,

    /// <summary>The emergency door. It knows no quiet hours.</summary>
    Emergency,

    /// <summary>Answers that a care team promised and has not given: they are late, or its members are told that they soon will be.</summary>
    Overdue,

    /// <summary>What those who act for a patient look at and do in the record.</summary>
    Acting,
}

/// <summary>By which way somebody is told.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoticeWay>))]
public enum NoticeWay
{
    /// <summary>Web push, on each device where they turned it on.</summary>
    Push,

    /// <summary>E-mail, to the one address that they confirmed.</summary>
    Mail,
}

/// <summary>How soon.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<NoticeTempo>))]
public enum NoticeTempo
{
    /// <summary>Not at all.</summary>
    Never,

    /// <summary>As soon as it is there, together with what comes at the same moment.</summary>
    AtOnce,

    /// <summary>Once a day, with all else.</summary>
    Daily,
}
