using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.WebUtilities;
using Rapport.Data;

namespace Rapport.Server.Pages.Sharing;

/// <summary>
/// A form that is not agreed to yet, as it goes from one page to the next in an address: sealed, for its person alone and for a day. So going
/// back and loading anew send nothing twice, no node keeps anything, and no history and no log shows what of a record was chosen. Thread safe.
/// </summary>
internal abstract class SealedDrafts<T>(IDataProtectionProvider protection, string name)
    where T : class
{
    /// <summary>Characters that an address may carry: servers and those in between take twice as many.</summary>
    protected const int MostCharacters = 3500;

    /// <summary>What a draft may unfold to.</summary>
    private const int MostBytes = 64 * 1024;

    /// <summary>
    /// From so many bytes on a draft is packed. What is packed is as long as its letters make it, so that two forms that differ in nothing but an id would differ in length now and then.
    /// </summary>
    private const int PackedFrom = 1000;

    private const byte Plain = 0, Packed = 1;

    private static readonly TimeSpan Lasting = TimeSpan.FromDays(1);

    private static readonly JsonSerializerOptions Short = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>The form as an address carries it.</summary>
    public string Seal(PersonId person, T draft)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(draft, Short);
        using var memory = new MemoryStream();
        memory.WriteByte(json.Length < PackedFrom ? Plain : Packed);
        if (json.Length < PackedFrom)
        {
            memory.Write(json);
        }
        else
        {
            using var packed = new DeflateStream(memory, CompressionLevel.Optimal, leaveOpen: true);
            packed.Write(json);
        }

        return WebEncoders.Base64UrlEncode(For(person).Protect(memory.ToArray(), Lasting));
    }

    /// <summary>The form out of an address; null when it is none, somebody else's, or too old.</summary>
    public T? Open(PersonId person, string? text)
    {
        if (string.IsNullOrEmpty(text))
        {
            return null;
        }

        try
        {
            var opened = For(person).Unprotect(WebEncoders.Base64UrlDecode(text));
            return JsonSerializer.Deserialize<T>(opened is [Plain, ..] ? opened.AsSpan(1) : Unpack(opened), Short);
        }
        catch (Exception e) when (e is CryptographicException or FormatException or JsonException or InvalidDataException)
        {
            return null;
        }
    }

    private static ReadOnlySpan<byte> Unpack(byte[] opened)
    {
        using var packed = new DeflateStream(new MemoryStream(opened, 1, opened.Length - 1), CompressionMode.Decompress);
        var json = new byte[MostBytes];
        return json.AsSpan(0, packed.ReadAtLeast(json, json.Length, throwOnEndOfStream: false));
    }

    private ITimeLimitedDataProtector For(PersonId person) => protection.CreateProtector(name, person.ToString()).ToTimeLimitedDataProtector();
}

/// <summary>Share forms on their way.</summary>
/// <inheritdoc/>
internal sealed class SharingDrafts(IDataProtectionProvider protection) : SealedDrafts<SharingDraft>(protection, "share-draft")
{
    /// <summary>The draft, or without its labels when these are more than an address holds, and without the entries that were ticked last when it is these: then it says so.</summary>
    public SharingDraft Fit(PersonId person, SharingDraft draft)
    {
        if (Fits(draft))
        {
            return draft;
        }

        var fewer = draft with { Labels = [], TooManyLabels = true };
        return Fits(fewer) ? fewer : fewer with { Only = [.. draft.Only.Take(EntryPicks.Most)], But = [.. draft.But.Take(EntryPicks.Most)], TooManyEntries = true };

        bool Fits(SharingDraft form) => Seal(person, form).Length <= MostCharacters;
    }
}
