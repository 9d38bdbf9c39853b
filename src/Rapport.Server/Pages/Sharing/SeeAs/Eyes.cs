using Rapport.Consent;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;

namespace Rapport.Server.Pages.Sharing.SeeAs;

/// <summary>Somebody through whose eyes a patient looks at their own record.</summary>
/// <param name="Recipient">Who.</param>
/// <param name="Purposes">What they may look for by what was agreed with them, their usual purpose first.</param>
/// <param name="Purpose">What they look for now.</param>
public sealed record Eyes(RecipientChoice Recipient, IReadOnlyList<string> Purposes, string Purpose)
{
    /// <summary>What they may do beside seeing, by what was agreed with them: of <see cref="SharingActions.All"/>.</summary>
    public IReadOnlyList<string> Actions { get; init; } = [];

    /// <summary>Where their view stands.</summary>
    public string Href(string purpose) => $"/share/see?who={Uri.EscapeDataString(Recipient.Reference)}&for={Uri.EscapeDataString(purpose)}";

    /// <summary>The same for another purpose; for the usual one when that is none of theirs.</summary>
    public Eyes For(string? purpose) => this with { Purpose = purpose is not null && Purposes.Contains(purpose) ? purpose : Purposes[0] };

    /// <summary>Everybody whom agreements in force name, and everybody of the circle.</summary>
    internal static async Task<IReadOnlyList<Eyes>> AllAsync(OwnAccess own, PeopleModule people, PersonId self, DateTimeOffset now, int most, CancellationToken cancel)
    {
        var recipients = new Recipients(people);
        var given = await GivenThing.AllAsync(own, cancel);
        var choices = new List<(RecipientChoice Choice, List<string> Purposes, List<string> Actions)>();
        foreach (var consent in (await own.ConsentsAsync(cancel)).Where(consent => consent.Consent.Counts && !(consent.Until <= now) && consent.Consent.Emergency is null))
        {
            foreach (var reference in consent.Consent.Recipients)
            {
                // Who is named in two ways, once also as long as somebody vouches for them, has one pair of eyes.
                var at = choices.FindIndex(known => known.Choice.IsNamed(reference));
                if (at < 0)
                {
                    at = choices.Count;
                    choices.Add((await recipients.ResolveAsync(reference, self, cancel, Recipients.NameIn(consent.Resource, reference)) ?? Unknown(consent, reference, given.GetValueOrDefault(consent.Entry.Id)), [], []));
                }

                choices[at].Purposes.AddRange(consent.Consent.Purposes);
                choices[at].Actions.AddRange(consent.Consent is { Delegation: null, PassedOn: null } ? consent.Consent.Actions : []);
            }
        }

        foreach (var choice in await recipients.OfCircleAsync(own.Patient, cancel))
        {
            if (!choices.Exists(known => known.Choice.IsNamed(choice.Reference)))
            {
                choices.Add((choice, [], []));
            }
        }

        return
        [
            .. from known in choices.Take(most)
               let purposes = known.Purposes.Contains(known.Choice.UsualPurpose) || known.Purposes.Count == 0 ? known.Purposes.Prepend(known.Choice.UsualPurpose) : known.Purposes
               let distinct = purposes.Distinct().ToList()
               select new Eyes(known.Choice, distinct, distinct[0]) { Actions = [.. SharingActions.All.Where(known.Actions.Contains)] },
        ];
    }

    /// <summary>Whoever is nobody whom this installation knows now: who has a link or a card by what it is called, everybody else by the name that the agreement has. Never by a reference, which tells the patient nothing.</summary>
    private static RecipientChoice Unknown(StoredConsent consent, string reference, GivenThing? given) =>
        new(reference, given?.Holder ?? Recipients.NameIn(consent.Resource, reference) ?? SeeAsText.NoName, null, PurposeOfUse.Treatment, [reference]) { Kind = given is null ? RecipientKind.Person : RecipientKind.Holder };
}

/// <summary>Whether somebody sees an entry, and why.</summary>
/// <param name="Eyes">Who.</param>
/// <param name="Purpose">What they look for.</param>
/// <param name="Reason">What decides.</param>
public sealed record WhoSees(Eyes Eyes, string Purpose, DecisionReason Reason);
