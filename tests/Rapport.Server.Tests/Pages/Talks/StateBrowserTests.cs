using Rapport.Conversations;
using Rapport.Data;
using Rapport.Language;
using Rapport.Server.Pages.Conversations;
using Rapport.Server.Pages.Conversations.States;

namespace Rapport.Server.Tests.Pages.Talks;

/// <summary>An open page shows what became of its messages when it becomes so.</summary>
public sealed class StateBrowserTests(BrowserFixture browser)
{
    [Fact]
    public async Task That_a_message_was_delivered_and_read_stands_on_the_open_page_without_anything_new_being_said()
    {
        await using var lee = await browser.VisitAsync();
        var home = await Household.MoveInAsync(lee.Server, withRecord: false);
        using var patient = await home.Patient.SignInAsync(lee.Server);
        var place = await TalkHome.BeginAsync(patient, "my knee", [("with", home.Doctor.Person.Reference)]);
        using var doctor = await home.Doctor.SignInAsync(lee.Server);
        await TalkHome.SaidAsync(doctor, place, "Please come by.");
        await lee.SignInAsync(home.Doctor);
        await lee.GoAsync(place);
        await lee.SeesAsync(ConversationText.SentNotRead);

        await patient.ReadAsync("/conversations");
        await lee.SeesAsync(StateText.Delivered);
        await patient.ReadAsync(place);
        await lee.SeesAsync(Say.Fill(ConversationText.ReadBy, home.Patient.Person.DisplayName));
        lee.AssertNothingWentWrong();
    }

    [Fact]
    public void Who_acts_for_somebody_is_not_woken_by_what_became_of_messages_there()
    {
        var patient = PatientId.New();
        var talker = new Talker(null!, [new Capacity("RelatedPerson/own", null, []), new Capacity($"Patient/{patient}", patient, ["Observation"])]);
        Assert.Equal(["states/RelatedPerson/own"], TalkTelling.StatesOf(talker));
    }
}
