using System.Security.Cryptography;
using System.Text;
using Rapport.Conversations;
using Rapport.Data;
using Rapport.People;
using Rapport.Server.Hosting;

namespace Rapport.Server.Notices;

/// <summary>
/// By what it is seen that nothing can wait for somebody that did not when they were looked at: whatever <see cref="NoticeLooking"/> finds shows in a few numbers and ids, which are asked for together for many people. It only saves
/// looking: what is sent is looked at before. Thread safe.
/// </summary>
internal sealed class NoticeSigns(Modules modules)
{
    /// <summary>The signs of some people: the same as before as long as nothing can be new for them. None of whom there is something that does not show.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<IReadOnlyDictionary<PersonId, string>> OfAsync(IEnumerable<Person> people, CancellationToken cancel)
    {
        // What a privacy officer is to look at changes with what others say of it.
        List<Person> shown = [.. people.Where(static person => !person.Organisations.Any(static membership => membership.IsPrivacyOfficer))];
        if (shown.Count == 0)
        {
            return new Dictionary<PersonId, string>();
        }

        var around = await modules.People.Circle.PatientsOfAllAsync([.. shown.Select(static person => person.Id)], cancel);
        var records = await modules.Records.Compartments.TracesAsync(
            [.. shown.Select(static person => person.Record).OfType<PatientId>()], [.. shown.SelectMany(static person => person.RecipientReferences).Distinct()],
            [.. shown.Where(static person => person.IsVerified).Select(static person => person.VerifiedReference)], [.. around.SelectMany(static patients => patients).Distinct()], cancel);
        var acted = (from person in shown from reference in person.RecipientReferences from agreed in records.OfRecipients[reference] where agreed.MayAct select (person.Id, agreed.Patient)).Distinct()
            .ToLookup(static known => known.Id, static known => known.Patient);
        var own = await modules.People.Notices.TracesAsync(shown, acted, cancel);
        var members = shown.ToDictionary(
            static person => person.Id,
            person => Talker.Themself(person).References.Concat(acted[person.Id].Select(static patient => $"Patient/{patient}")).Distinct().ToList());
        var newest = await modules.Conversations.News.NewestAsync([.. members.Values.SelectMany(static references => references).Distinct()], cancel);
        return shown.ToDictionary(static person => person.Id, person => Together(
        [
            .. person.RecipientReferences,
            .. own[person.Id].Order(StringComparer.Ordinal),
            .. (person.Record is { } record ? records.OfRecords[record] : []).Order(StringComparer.Ordinal),
            .. around[person.Id].Select(patient => $"{patient}.{records.ConsentsOf.GetValueOrDefault(patient)}").Order(StringComparer.Ordinal),
            .. person.RecipientReferences.SelectMany(reference => records.OfRecipients[reference]).Select(static agreed => agreed.Trace).Order(StringComparer.Ordinal),
            .. members[person.Id].Select(reference => $"{reference}.{newest.GetValueOrDefault(reference)}"),
        ]));
    }

    /// <summary>However much there is of somebody, what is remembered is short.</summary>
    private static string Together(IReadOnlyList<string> traces) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', traces))).AsSpan(0, 16));
}
