using System.Text.Json.Serialization;
using Rapport.Data;

namespace Rapport.People;

/// <summary>A browser that shows notices: what it gave so that they reach it, and nobody on the way can read them (Push API, RFC 8291).</summary>
/// <param name="Id">Names it on the pages of its person.</param>
/// <param name="Name">The browser and its system, such as <c>Firefox on Linux</c>.</param>
/// <param name="Address">Where its push service takes messages for it. Whoever has it can send to it: as secret as a password.</param>
/// <param name="Key">The browser's public key: 65 bytes, a point of P-256.</param>
/// <param name="Secret">What it shares with who sends: 16 bytes.</param>
/// <param name="AddedAt">Since when.</param>
/// <param name="Session">The session in which it was given: that one alone puts another address in its place. Null for none.</param>
public sealed record NoticeDevice(LocalId Id, string Name, string Address, byte[] Key, byte[] Secret, DateTimeOffset AddedAt, string? Session = null)
{
    /// <summary>Not the address.</summary>
    public override string ToString() => Name;
}

/// <summary>Where mail goes.</summary>
/// <param name="Address">The address.</param>
/// <param name="AskedAt">When it was asked to confirm.</param>
/// <param name="IsConfirmed">Whether its person did, so that something may be sent there.</param>
public sealed record NoticeMail(string Address, DateTimeOffset AskedAt, bool IsConfirmed = false)
{
    /// <summary>Not the address.</summary>
    public override string ToString() => IsConfirmed ? "confirmed" : "not confirmed";
}

/// <summary>How soon somebody is told of a topic by a way.</summary>
public sealed record NoticeRule(NoticeTopic Topic, NoticeWay Way, NoticeTempo Tempo);

/// <summary>What somebody chose about being told that something waits. The default is that nothing is sent anywhere. Immutable.</summary>
public sealed record NoticeChoices
{
    /// <summary>Devices of one person.</summary>
    public const int MostDevices = 6;

    /// <summary>Letters of an address.</summary>
    public const int MostAddress = 254;

    /// <summary>What holds until somebody chooses.</summary>
    public static NoticeChoices None { get; } = new();

    /// <summary>Where push goes.</summary>
    public IReadOnlyList<NoticeDevice> Devices { get; init; } = [];

    /// <summary>Where mail goes; null for nowhere.</summary>
    public NoticeMail? Mail { get; init; }

    /// <summary>When they want to hear nothing; null for at no time.</summary>
    public QuietHours? Quiet { get; init; }

    /// <summary>The minute of the day at which they are told what is told once a day.</summary>
    public int DailyAt { get; init; } = 18 * 60;

    /// <summary>The name of the time zone of their clock.</summary>
    public string Zone { get; init; } = TimeZoneInfo.Utc.Id;

    /// <summary>The language in which they chose: what is sent is in it unless their account has another.</summary>
    public string Language { get; init; } = "en";

    /// <summary>What they are told of by which way; all else not at all.</summary>
    public IReadOnlyList<NoticeRule> Rules { get; init; } = [];

    /// <summary>Whether anything can be sent to them at all.</summary>
    [JsonIgnore]
    public bool IsOn => Enum.GetValues<NoticeWay>().Any(HasWay);

    /// <summary>Whether there is somewhere to send to by a way.</summary>
    public bool HasWay(NoticeWay way) => way switch
    {
        NoticeWay.Push => Devices.Count > 0,
        _ => Mail is { IsConfirmed: true },
    };

    /// <summary>How soon they are told of a topic by a way.</summary>
    public NoticeTempo TempoOf(NoticeTopic topic, NoticeWay way) => Rules.FirstOrDefault(rule => rule.Topic == topic && rule.Way == way)?.Tempo ?? NoticeTempo.Never;
}
