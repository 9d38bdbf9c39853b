using System.Globalization;
using Rapport.Data;
using Rapport.People;
using Rapport.Records;
using Rapport.Server.Hosting;
using Rapport.Server.Pages.Succession;

namespace Rapport.Server.Notices;

/// <summary>
/// That somebody asked for access as a patient set it beforehand, to the others whom the patient trusts; and to them and the patient that it opened. That it was asked, the patient is told by their ledger. Thread safe.
/// </summary>
internal sealed class SuccessionLook(Modules modules)
{
    /// <summary>The kind of things.</summary>
    public const string Kinds = "h";

    /// <summary>What it notes of a patient: the number of the consents that it was read from, and what waits for an answer.</summary>
    private const string Asked = "asked ";

    /// <summary>Looks. A record is opened only where its consents changed.</summary>
    /// <param name="person">For whom.</param>
    /// <param name="read">What was noted, and what is noted now.</param>
    /// <param name="now">Now.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What waits, and when something opens the next time.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<(IReadOnlyList<Waiting> Things, DateTimeOffset Again)> LookAsync(Person person, Dictionary<string, string> read, DateTimeOffset now, CancellationToken cancel)
    {
        var trusting = await SuccessionPlaces.TrustedByAsync(modules.People.Circle, person.Id, static link => link.IsEmergencyContact || link.IsNamedForLater, cancel);
        List<PatientId> patients = [.. trusting.Select(static link => link.Patient), .. person.Record is { } own ? [own] : Array.Empty<PatientId>()];
        var sequences = patients.Count == 0 ? new Dictionary<PatientId, long>() : await modules.Records.Compartments.ConsentSequencesAsync(patients, cancel);
        foreach (var gone in read.Keys.Where(key => key.StartsWith(Asked, StringComparison.Ordinal) && !(PatientId.TryParse(key.AsSpan(Asked.Length), out var patient) && sequences.ContainsKey(patient))).ToList())
        {
            read.Remove(gone);
        }

        List<Waiting> things = [];
        var again = DateTimeOffset.MaxValue;
        foreach (var (patient, sequence) in sequences)
        {
            var isOwn = patient == person.Record;
            foreach (var (who, opens) in await AskedAsync(person, patient, sequence, read, cancel))
            {
                if (await modules.People.Accounts.IsGoneAsync(who, cancel))
                {
                    continue;
                }

                var isOpen = opens <= now;
                again = !isOpen && opens < again ? opens : again;
                if (isOwn ? isOpen : opens > now - SuccessionPlaces.Lately)
                {
                    things.Add(new Waiting(NoticeTopic.Requests, $"{Kinds}{patient}.{opens.ToUnixTimeMilliseconds()}.{who}", isOpen ? 2 : 1));
                }
            }
        }

        return (things, again);
    }

    /// <summary>Who asked and was not answered, with when it opens, as noted or read anew.</summary>
    private async Task<IReadOnlyList<(string Who, DateTimeOffset Opens)>> AskedAsync(Person person, PatientId patient, long sequence, Dictionary<string, string> read, CancellationToken cancel)
    {
        var of = sequence.ToString(CultureInfo.InvariantCulture);
        var key = Asked + patient;
        if (read.GetValueOrDefault(key)?.Split(' ') is not [var from, .. var noted] || from != of)
        {
            noted = [.. (await ReadAsync(person, patient, cancel)).Select(static ask => string.Create(CultureInfo.InvariantCulture, $"{ask.Opens.ToUnixTimeMilliseconds()}.{ask.Who}"))];
            read[key] = string.Join(' ', [of, .. noted]);
        }

        return [.. from ask in noted let dot = ask.IndexOf('.', StringComparison.Ordinal) select (ask[(dot + 1)..], DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(ask.AsSpan(0, dot), CultureInfo.InvariantCulture)))];
    }

    private async Task<IEnumerable<(string Who, DateTimeOffset Opens)>> ReadAsync(Person person, PatientId patient, CancellationToken cancel)
    {
        if (patient == person.Record)
        {
            return await modules.Records.Compartments.OpenOwnAsync(patient, Patients.ActorOf(person), cancel) is { } own
                ? (await own.Succession.AskedAsync(cancel)).Select(static ask => (ask.Who, ask.OpensAt)) : [];
        }

        try
        {
            return (await modules.Records.Succession.AskedAsync(patient, Patients.ActorOf(person), cancel)).Select(static ask => (ask.Who, ask.OpensAt));
        }
        catch (RecordUnreadableException)
        {
            // A record of somebody else that is damaged keeps nobody from being told of what else waits.
            return [];
        }
    }
}
