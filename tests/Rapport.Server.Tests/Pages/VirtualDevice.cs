using Microsoft.Playwright;

namespace Rapport.Server.Tests.Pages;

/// <summary>The browser's own pretended authenticator.</summary>
internal sealed class VirtualDevice(ICDPSession session, string id)
{
    /// <summary>How many passkeys it keeps.</summary>
    public async Task<int> CountAsync()
    {
        var kept = await session.SendAsync("WebAuthn.getCredentials", new Dictionary<string, object> { ["authenticatorId"] = id });
        return kept!.Value.GetProperty("credentials").GetArrayLength();
    }

    /// <summary>Whether its person unlocks it when asked.</summary>
    public Task SetUnlockedAsync(bool isUnlocked) =>
        session.SendAsync("WebAuthn.setUserVerified", new Dictionary<string, object> { ["authenticatorId"] = id, ["isUserVerified"] = isUnlocked });
}
