using Rapport.Data;
using Rapport.People;
using Rapport.Records;

namespace Rapport.Server.Hosting;

/// <summary>What the operator's own commands do with records: they act as the patient, and the ledger says so.</summary>
internal static class Patients
{
    /// <summary>Makes an empty record and gives it to the person.</summary>
    /// <remarks>
    /// Two commits, since records and accounts are modules of their own. Broken off between them, an empty record stays that nobody is led to, and the person
    /// is given another one the next time.
    /// </remarks>
    public static async Task<OwnAccess> MakeRecordAsync(Modules modules, Person person, CancellationToken cancel)
    {
        var record = await modules.Records.Compartments.CreateAsync(ActorOf(person), cancel);
        var owner = (await modules.People.Accounts.SetRecordAsync(person.Id, record, cancel)).Value
            ?? throw new InvalidOperationException("a person without a record could not be given one");
        return await OpenAsync(modules, owner, record, cancel);
    }

    /// <summary>
    /// Whoever names a patient means a database that is there: a folder that is not the right one must not get an empty database and a key of its own.
    /// </summary>
    /// <exception cref="StartupException">There is no database file.</exception>
    public static void RequireDatabase(ServerSettings settings, string patient)
    {
        if (settings.Database is null && !File.Exists(settings.SqlitePath))
        {
            throw new StartupException(
                $"there is no patient `{patient}` here, not even a database `{settings.SqlitePath}`: look whether `--data` or `--database` names the right place");
        }
    }

    /// <summary>The record of a patient.</summary>
    /// <exception cref="StartupException">There is no such patient.</exception>
    public static async Task<OwnAccess> OpenAsync(Modules modules, PatientId patient, CancellationToken cancel) =>
        await modules.People.Accounts.FindByReferenceAsync("Patient/" + patient, cancel) is { } owner
            ? await OpenAsync(modules, owner, patient, cancel)
            : throw new StartupException($"there is no patient `{patient}` here: look whether `--data` or `--database` names the right place");

    /// <summary>The record of a person who has one.</summary>
    public static async Task<OwnAccess> OpenAsync(Modules modules, Person owner, PatientId record, CancellationToken cancel) =>
        await modules.Records.Compartments.OpenOwnAsync(record, ActorOf(owner), cancel)
            ?? throw new InvalidOperationException("a record does not open to whom it belongs");

    /// <summary>A person, as records know them.</summary>
    public static Actor ActorOf(Person person) => new(person.Id, person.Reference, person.DisplayName, person.RecipientReferences);
}
