using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Pages.Sharing;

namespace Rapport.Server.Pages.Circle;

/// <summary>What a patient shares with somebody at the moment when they part.</summary>
/// <param name="Agreements">The agreements that mean this person alone or by name, and that open something or will.</param>
/// <param name="Others">Those that mean everybody where this person works: they are not stopped because of one person.</param>
public sealed record StillShared(IReadOnlyList<Agreement> Agreements, IReadOnlyList<Agreement> Others)
{
    /// <summary>What is shared with somebody by whoever asks; nothing for who keeps no record.</summary>
    internal static async Task<StillShared> OfAsync(OwnAccess? own, PeopleModule people, PersonId self, Person person, DateTimeOffset now, CancellationToken cancel)
    {
        if (own is null)
        {
            return new StillShared([], []);
        }

        // Also by the reference that they have only as long as somebody vouches for them.
        var alone = person.RecipientReferences.Where(reference => IsOf(reference, person)).Append(person.VerifiedReference).ToList();
        var open = (await Agreement.AllAsync(own, new Recipients(people), self, now, cancel))
            .Where(agreement => agreement.State != AgreementState.Ended && !agreement.Consent.Consent.Denies && Names(agreement, [.. person.RecipientReferences, .. alone])).ToList();
        return new StillShared([.. open.Where(agreement => Names(agreement, alone))], [.. open.Where(agreement => !Names(agreement, alone))]);
    }

    /// <summary>Stops what means this person: whatever else happens to the agreements meanwhile.</summary>
    internal async Task StopAsync(OwnAccess own, CancellationToken cancel)
    {
        foreach (var agreement in Agreements)
        {
            await SharingEndpoints.EndAsync(own, LocalId.Parse(agreement.LocalId), cancel);
        }
    }

    private static bool Names(Agreement agreement, IReadOnlyList<string> references) => agreement.Consent.Consent.Recipients.Any(references.Contains);

    private static bool IsOf(string reference, Person person) =>
        reference.EndsWith($"/{person.Id}", StringComparison.Ordinal) || (person.Record is { } record && reference == $"Patient/{record}");
}
