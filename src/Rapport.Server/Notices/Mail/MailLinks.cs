using System.Buffers.Binary;
using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Rapport.Data;

namespace Rapport.Server.Notices.Mail;

/// <summary>The links in mails: to confirm an address, and to stop mail to it. What a link is for is sealed in it, so nothing is stored for it and nobody reads whose it is. Thread safe.</summary>
internal sealed class MailLinks(Keyring keyring, MailSettings settings)
{
    /// <summary>Where they lead.</summary>
    public const string Confirm = "/notices/confirm", Stop = "/notices/stop";

    private const int PersonLength = 16, DigestLength = 8, TimeLength = 8, TextMost = 200;

    private static readonly Place ConfirmPlace = new("notice-confirm", 0, 0), StopPlace = new("notice-stop", 0, 0);

    /// <summary>The link that confirms an address; it holds for the question that was asked at that time.</summary>
    public string ConfirmOf(PersonId person, string address, DateTimeOffset askedAt) => Of(Confirm, Seal(ConfirmPlace, person, address, askedAt));

    /// <summary>The link that stops mail to an address.</summary>
    public string StopOf(PersonId person, string address) => Of(Stop, Seal(StopPlace, person, address, DateTimeOffset.UnixEpoch));

    /// <summary>What the secret of a link says; null when it is none.</summary>
    public MailLink? ReadConfirm(string secret) => Read(ConfirmPlace, secret);

    /// <inheritdoc cref="ReadConfirm"/>
    public MailLink? ReadStop(string secret) => Read(StopPlace, secret);

    private string Of(string path, string secret) => new Uri(settings.Address!, $"{settings.Address!.AbsolutePath.TrimEnd('/')}{path}/{secret}").AbsoluteUri;

    private string Seal(Place place, PersonId person, string address, DateTimeOffset at)
    {
        Span<byte> plain = stackalloc byte[PersonLength + DigestLength + TimeLength];
        person.WriteBytes(plain);
        MailLink.DigestOf(address).CopyTo(plain[PersonLength..]);
        BinaryPrimitives.WriteInt64BigEndian(plain[(PersonLength + DigestLength)..], at.ToUnixTimeMilliseconds());
        return Base64Url.EncodeToString(keyring.Installation.Seal(place, plain));
    }

    private MailLink? Read(Place place, string secret)
    {
        try
        {
            var plain = secret.Length <= TextMost && Base64Url.IsValid(secret) ? keyring.Installation.Open(place, Base64Url.DecodeFromChars(secret)) : [];
            return plain.Length == PersonLength + DigestLength + TimeLength
                ? new MailLink(PersonId.FromBytes(plain.AsSpan(0, PersonLength)), plain[PersonLength..^TimeLength], DateTimeOffset.FromUnixTimeMilliseconds(BinaryPrimitives.ReadInt64BigEndian(plain.AsSpan(PersonLength + DigestLength))))
                : null;
        }
        catch (SealBrokenException)
        {
            return null;
        }
    }
}

/// <summary>What a link in a mail says.</summary>
/// <param name="Person">Whose address it was sent to.</param>
/// <param name="Digest">Of the address, so that a link says nothing of another one.</param>
/// <param name="AskedAt">When it was asked to confirm.</param>
internal sealed record MailLink(PersonId Person, byte[] Digest, DateTimeOffset AskedAt)
{
    /// <summary>Whether it is about this address.</summary>
    public bool IsFor(string address) => Digest.AsSpan().SequenceEqual(DigestOf(address));

    /// <summary>Tells addresses apart.</summary>
    public static byte[] DigestOf(string address) => SHA256.HashData(Encoding.UTF8.GetBytes(address))[..8];
}
