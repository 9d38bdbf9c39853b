using Rapport.Data;

namespace Rapport.People;

/// <summary>A person connected to a patient.</summary>
/// <param name="Person">Who.</param>
/// <param name="Relationship">What they are to the patient, such as <c>doctor</c>, <c>carer</c>, <c>specialist</c>.</param>
/// <param name="Since">Since when they are connected.</param>
public sealed record CircleMember(Person Person, string Relationship, DateTimeOffset Since);

/// <summary>A patient a person is connected to.</summary>
/// <param name="Patient">The patient's compartment.</param>
/// <param name="Relationship">What the person is to the patient.</param>
/// <param name="Since">Since when they are connected.</param>
public sealed record CircleLink(PatientId Patient, string Relationship, DateTimeOffset Since);

/// <summary>
/// Who is connected to which patient. To be in a circle opens nothing: only consents do. Thread safe.
/// </summary>
public sealed class Circle
{
    internal Circle(Database database, Keyring keyring, TimeProvider clock, Accounts accounts) => _ = (database, keyring, clock, accounts);

    /// <summary>Connects a person to a patient, or changes what they are to the patient.</summary>
    /// <param name="patient">The patient's compartment.</param>
    /// <param name="person">Who.</param>
    /// <param name="relationship">What they are to the patient, in a word or two: 1 to 100 characters.</param>
    /// <param name="cancel">Gives up.</param>
    /// <returns>The member, or what is wrong with the input.</returns>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<Result<CircleMember>> AddAsync(PatientId patient, PersonId person, string relationship, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>Ends the connection; false when there was none.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<bool> RemoveAsync(PatientId patient, PersonId person, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>The people of a patient, longest connected first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<CircleMember>> OfPatientAsync(PatientId patient, CancellationToken cancel) => throw new NotSupportedException();

    /// <summary>The patients of a person, longest connected first.</summary>
    /// <exception cref="StorageException">The database failed.</exception>
    public Task<IReadOnlyList<CircleLink>> PatientsOfAsync(PersonId person, CancellationToken cancel) => throw new NotSupportedException();
}
