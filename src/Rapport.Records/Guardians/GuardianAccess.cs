using Rapport.Data;

namespace Rapport.Records;

/// <summary>
/// What whoever looks after a small child does where the patient would: decide about the emergency door. Only <see cref="GuardianDoor"/> makes one. The ledger names both. What they read of entries they read through the
/// <see cref="DisclosureGate"/>, as whoever acts does. Thread safe.
/// </summary>
public sealed class GuardianAccess
{
    internal GuardianAccess(RecordServices services, Compartment compartment, Actor actor, string patientName)
    {
        (Patient, PatientName) = (compartment.Id, patientName);
        Actor = actor with { For = new ActedFor($"Patient/{compartment.IdText}", patientName) };
        Door = new DoorKeeping(services, compartment, new OwnReading(services, compartment), new ConsentWriting(services, compartment, Actor, GuardianDoor.StandingOf(actor)) { PatientName = patientName });
    }

    /// <summary>Whose record.</summary>
    public PatientId Patient { get; }

    /// <summary>The name the child is known by.</summary>
    public string PatientName { get; }

    /// <summary>Who looks after it.</summary>
    public Actor Actor { get; }

    /// <summary>The child's emergency door.</summary>
    public DoorKeeping Door { get; }
}
