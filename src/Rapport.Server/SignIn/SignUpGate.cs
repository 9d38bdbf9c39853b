using Rapport.People;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Circle;

namespace Rapport.Server.SignIn;

/// <summary>Tells whether whoever asks may make an account here, and by which invitation. Thread safe.</summary>
internal sealed class SignUpGate(ServerSettings settings, PeopleModule people, InvitationCookie cookie)
{
    /// <summary>Null for whoever may not; the secret of the invitation that lets them, which is kept for them with the account, or null in it where anybody may.</summary>
    public async Task<SignUpLeave?> FindAsync(HttpContext http, CancellationToken cancel) => settings.SignUp switch
    {
        SignUpRule.Open => new SignUpLeave(null),
        SignUpRule.Invited => cookie.Find(http) is { } secret && await people.Invitations.FindAsync(InvitationMark.Of(secret), null, cancel) is not null ? new SignUpLeave(secret) : null,
        _ => null,
    };
}

/// <summary>That somebody may make an account.</summary>
/// <param name="Invitation">The secret of the invitation that lets them; null where none is needed.</param>
internal sealed record SignUpLeave(string? Invitation);
