using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.DataProtection;
using Rapport.Data;

namespace Rapport.Server.Pages.Sharing;

/// <summary>
/// A share form that is not agreed to yet, as it goes from one page to the next in an address: sealed, for its person alone and for a day. So going
/// back and loading anew send nothing twice, no node keeps anything, and no history and no log shows what of a record was chosen. Thread safe.
/// </summary>
internal sealed class SharingDrafts(IDataProtectionProvider protection)
{
    private static readonly TimeSpan Lasting = TimeSpan.FromDays(1);

    /// <summary>The form as an address carries it.</summary>
    public string Seal(PersonId person, SharingForm form) => For(person).Protect(JsonSerializer.Serialize(form), Lasting);

    /// <summary>The form out of an address; null when it is none, somebody else's, or too old.</summary>
    public SharingForm? Open(PersonId person, string? draft)
    {
        if (string.IsNullOrEmpty(draft))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize<SharingForm>(For(person).Unprotect(draft));
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private ITimeLimitedDataProtector For(PersonId person) => protection.CreateProtector("share-draft", person.ToString()).ToTimeLimitedDataProtector();
}
