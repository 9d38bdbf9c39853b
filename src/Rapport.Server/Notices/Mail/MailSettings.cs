using System.Net;

namespace Rapport.Server.Notices.Mail;

/// <summary>How the server sends mail, and where people find it. Immutable.</summary>
internal sealed record MailSettings
{
    /// <summary>No mail is sent.</summary>
    public static MailSettings None { get; } = new();

    /// <summary>The mail server; null for none.</summary>
    public string? Host { get; init; }

    /// <summary>Its port.</summary>
    public int Port { get; init; }

    /// <summary>Whether TLS is there from the beginning; else it begins with STARTTLS.</summary>
    public bool IsTlsFromTheBeginning { get; init; }

    /// <summary>With which name to sign in there; null for not.</summary>
    public string? User { get; init; }

    /// <summary>The password for it.</summary>
    public string? Password { get; init; }

    /// <summary>Whom mails are from.</summary>
    public string? From { get; init; }

    /// <summary>Where people find this server; null where nobody said.</summary>
    public Uri? Address { get; init; }

    /// <summary>Whether mail is sent.</summary>
    public bool IsOn => Host is not null && From is not null && Address is not null;

    /// <summary>Whether the mail server is on this machine, so that nobody listens in between.</summary>
    public bool IsHere => Host == "localhost" || (IPAddress.TryParse(Host, out var address) && IPAddress.IsLoopback(address));

    /// <summary>Whom a push service can turn to about this server; null where nobody said.</summary>
    public string? Contact => From is not null ? "mailto:" + From : Address?.Scheme == "https" ? Address.GetLeftPart(UriPartial.Authority) : null;

    /// <summary>Not the password.</summary>
    public override string ToString() => IsOn ? "on" : "off";
}
