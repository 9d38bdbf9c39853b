using Rapport.Data;
using Rapport.TestKit;

namespace Rapport.People.Tests;

public abstract class CircleContract(TestDatabase test) : PeopleContract(test)
{
    [Fact]
    public async Task A_connection_is_seen_from_both_sides_on_every_node()
    {
        PatientId maya = PatientId.New();
        Person lee = await AddProfessionalAsync();
        Person sam = await AddAsync("Sam");
        DateTimeOffset start = Clock.GetUtcNow();
        await OkAsync(People.Circle.AddAsync(maya, sam.Id, "carer", Cancel));
        Clock.Advance(TimeSpan.FromDays(1));
        CircleMember doctor = await OkAsync(People.Circle.AddAsync(maya, lee.Id, " doctor ", Cancel));
        Assert.Equal((lee.Id, "doctor", start.AddDays(1)), (doctor.Person.Id, doctor.Relationship, doctor.Since));
        foreach (PeopleModule node in new[] { People, OtherNode })
        {
            Assert.Equal(
                [(sam.Id, "carer", start), (lee.Id, "doctor", start.AddDays(1))],
                (await node.Circle.OfPatientAsync(maya, Cancel)).Select(static m => (m.Person.Id, m.Relationship, m.Since)));
            Assert.Equal([new CircleLink(maya, "doctor", start.AddDays(1))], await node.Circle.PatientsOfAsync(lee.Id, Cancel));
        }
    }

    [Fact]
    public async Task Circles_are_apart()
    {
        PatientId[] patients = [PatientId.New(), PatientId.New()];
        Person lee = await AddProfessionalAsync();
        await OkAsync(People.Circle.AddAsync(patients[0], lee.Id, "doctor", Cancel));
        Clock.Advance(TimeSpan.FromSeconds(1));
        await OkAsync(People.Circle.AddAsync(patients[1], lee.Id, "neighbour", Cancel));
        Assert.Equal([(patients[0], "doctor"), (patients[1], "neighbour")], (await People.Circle.PatientsOfAsync(lee.Id, Cancel)).Select(static l => (l.Patient, l.Relationship)));
        Assert.Single(await People.Circle.OfPatientAsync(patients[0], Cancel));
        Assert.Empty(await People.Circle.OfPatientAsync(PatientId.New(), Cancel));
        Assert.Empty(await People.Circle.PatientsOfAsync(PersonId.New(), Cancel));
        Assert.Equal(["doctor", "neighbour"], (await Task.WhenAll(patients.Select(patient => OtherNode.Circle.FindAsync(patient, lee.Id, Cancel)))).Select(static link => link!.Relationship));
        Assert.Null(await People.Circle.FindAsync(PatientId.New(), lee.Id, Cancel));
        Assert.Null(await People.Circle.FindAsync(patients[0], PersonId.New(), Cancel));
        Assert.True(await People.Circle.LeaveAsync(patients[0], lee.Id, Cancel));
        Assert.Null(await OtherNode.Circle.FindAsync(patients[0], lee.Id, Cancel));
    }

    [Fact]
    public async Task Adding_again_changes_the_relationship_and_not_since_when()
    {
        PatientId maya = PatientId.New();
        Person sam = await AddAsync("Sam");
        DateTimeOffset start = Clock.GetUtcNow();
        await OkAsync(People.Circle.AddAsync(maya, sam.Id, "friend", Cancel));
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.Equal(start, (await OkAsync(OtherNode.Circle.AddAsync(maya, sam.Id, "carer", Cancel))).Since);
        CircleMember member = Assert.Single(await People.Circle.OfPatientAsync(maya, Cancel));
        Assert.Equal(("carer", start), (member.Relationship, member.Since));
    }

    [Fact]
    public async Task Who_is_removed_is_gone_from_both_sides()
    {
        PatientId maya = PatientId.New();
        Person sam = await AddAsync("Sam");
        await OkAsync(People.Circle.AddAsync(maya, sam.Id, "carer", Cancel));
        Assert.True(await OtherNode.Circle.RemoveAsync(maya, sam.Id, Cancel));
        Assert.False(await OtherNode.Circle.RemoveAsync(maya, sam.Id, Cancel));
        Assert.Empty(await People.Circle.OfPatientAsync(maya, Cancel));
        Assert.Empty(await People.Circle.PatientsOfAsync(sam.Id, Cancel));
    }

    [Fact]
    public async Task Who_leaves_is_connected_no_more_and_the_patient_sees_that_they_left()
    {
        PatientId maya = PatientId.New();
        Person sam = await AddAsync("Sam");
        await OkAsync(People.Circle.AddAsync(maya, sam.Id, "carer", Cancel));
        await People.Circle.SetEmergencyContactAsync(maya, sam, true, "carer", Cancel);
        Clock.Advance(TimeSpan.FromDays(1));
        Assert.True(await OtherNode.Circle.LeaveAsync(maya, sam.Id, Cancel));
        Assert.False(await People.Circle.LeaveAsync(maya, sam.Id, Cancel));
        Assert.Empty(await People.Circle.OfPatientAsync(maya, Cancel));
        Assert.Empty(await People.Circle.PatientsOfAsync(sam.Id, Cancel));
        CircleMember left = Assert.Single(await People.Circle.WhoLeftAsync(maya, Cancel));
        Assert.Equal((sam.Id, "carer", false, Clock.GetUtcNow()), (left.Person.Id, left.Relationship, left.IsEmergencyContact, left.LeftAt));

        // Who comes back comes anew, as what they are told to be then.
        DateTimeOffset again = Clock.GetUtcNow();
        CircleMember member = await OkAsync(People.Circle.AddAsync(maya, sam.Id, "friend", Cancel));
        Assert.Equal(("friend", again, null, false), (member.Relationship, member.Since, member.LeftAt, member.IsEmergencyContact));
        Assert.Single(await OtherNode.Circle.PatientsOfAsync(sam.Id, Cancel));
        Assert.Empty(await People.Circle.WhoLeftAsync(maya, Cancel));

        Assert.True(await People.Circle.LeaveAsync(maya, sam.Id, Cancel));
        Assert.True(await People.Circle.RemoveAsync(maya, sam.Id, Cancel));
        Assert.Empty(await People.Circle.WhoLeftAsync(maya, Cancel));
    }

    [Fact]
    public async Task What_is_wrong_with_a_connection_is_said()
    {
        Person sam = await AddAsync("Sam");
        PersonId nobody = PersonId.New();
        Assert.Equal("a relationship has 1 to 100 characters", await ProblemAsync(People.Circle.AddAsync(PatientId.New(), sam.Id, "", Cancel)));
        Assert.Equal($"there is no person `{nobody}`", await ProblemAsync(People.Circle.AddAsync(PatientId.New(), nobody, "carer", Cancel)));
    }
}

public sealed class CircleOnSqlite(SqliteTestDatabase test) : CircleContract(test), IClassFixture<SqliteTestDatabase>;

public sealed class CircleOnPostgres(PostgresTestDatabase test) : CircleContract(test), IClassFixture<PostgresTestDatabase>;
