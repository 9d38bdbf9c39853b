using Rapport.Data;

namespace Rapport.People;

/// <summary>That somebody was taken out of those who look after a small child.</summary>
/// <param name="Child">Whose record.</param>
/// <param name="ChildName">The child's name at that time.</param>
/// <param name="By">How agreements name who did it.</param>
/// <param name="ByName">The name of who did it.</param>
/// <param name="At">When.</param>
/// <param name="Agreements">The ids of the agreements that ended by it: whoever shows it asks the record whether one of them did.</param>
public sealed record CareEnding(PatientId Child, string ChildName, string By, string ByName, DateTimeOffset At, IReadOnlyList<string> Agreements);

/// <summary>
/// Tells people that somebody took them out of those who look after a small child: nobody is put out without a word. It is kept with the account of who is told, since they have nothing to do with the record any more. Thread safe.
/// </summary>
public sealed class EndedCare
{
    /// <summary>The most that is kept for one person: of more the oldest go.</summary>
    private const int Most = 20;

    private readonly Database _database;
    private readonly TimeProvider _clock;
    private readonly Accounts _accounts;

    internal EndedCare(Database database, TimeProvider clock, Accounts accounts) => (_database, _clock, _accounts) = (database, clock, accounts);

    /// <summary>Notes it for somebody, as of now. What the same one was noted to have done about the same child before gives way; what others were does not, since it is noted before it is done.</summary>
    /// <param name="who">Who is told.</param>
    /// <param name="child">Whose record.</param>
    /// <param name="childName">The child's name.</param>
    /// <param name="by">How agreements name who does it, and their name.</param>
    /// <param name="agreements">The ids of the agreements that end by it.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>What is noted.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public async Task<CareEnding> TellAsync(PersonId who, PatientId child, string childName, (string Reference, string Name) by, IReadOnlyList<string> agreements, CancellationToken cancel)
    {
        var ended = new EndedCareDetails(child.ToString(), childName, by.Name, _clock.GetUtcNow().ToUnixTimeMilliseconds(), by.Reference, agreements);
        await ChangeAsync(who, known => [.. known.Where(other => other.Child != ended.Child || other.By != ended.By).TakeLast(Most - 1), ended], cancel);
        return Of(ended);
    }

    /// <summary>What somebody is told, newest first. Nothing says here whether they look after the child again: whoever shows it asks the record.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<CareEnding>> ListAsync(PersonId who, CancellationToken cancel) => _database.ReadAsync<IReadOnlyList<CareEnding>>(
        async c =>
        {
            if (await PersonStore.ReadRowAsync(c, who, null) is not { IsClosed: false } row)
            {
                return [];
            }

            using var key = _accounts.Store.OpenKey(who, row.DataKey);
            return
            [
                .. (PersonStore.Profile(who, row, key).EndedCare ?? []).Reverse()
                    .Select(Of),
            ];
        },
        cancel);

    /// <summary>Somebody knows, or looks after the child again: they are told no more.</summary>
    /// <param name="who">Who is told.</param>
    /// <param name="child">Whose record.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task ForgetAsync(PersonId who, PatientId child, CancellationToken cancel) => ChangeAsync(who, known => [.. known.Where(ended => ended.Child != child.ToString())], cancel);

    /// <summary>What was noted did not come about: this note goes, and no other one that has taken its place since.</summary>
    /// <param name="who">Who would be told.</param>
    /// <param name="noted">What they would be told.</param>
    /// <param name="cancel">Gives up.</param>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task TakeBackAsync(PersonId who, CareEnding noted, CancellationToken cancel) => ChangeAsync(
        who, known => [.. known.Where(ended => Of(ended) is var other && (other.Child != noted.Child || other.By != noted.By || other.At != noted.At || !other.Agreements.SequenceEqual(noted.Agreements)))], cancel);

    private static CareEnding Of(EndedCareDetails ended) =>
        new(PatientId.Parse(ended.Child), ended.ChildName, ended.By ?? "", ended.ByName, DateTimeOffset.FromUnixTimeMilliseconds(ended.At), ended.Agreements ?? []);

    private async Task ChangeAsync(PersonId who, Func<IReadOnlyList<EndedCareDetails>, IReadOnlyList<EndedCareDetails>> change, CancellationToken cancel)
    {
        await _database.WriteAsync(
            t => _accounts.Store.ChangeAsync(t, who, profile => change(profile.EndedCare ?? []) is var changed && changed.Count == (profile.EndedCare?.Count ?? 0) && changed.SequenceEqual(profile.EndedCare ?? [])
                ? null : profile with { EndedCare = changed.Count == 0 ? null : changed }),
            cancel);
        _accounts.Forget(who);
    }
}
