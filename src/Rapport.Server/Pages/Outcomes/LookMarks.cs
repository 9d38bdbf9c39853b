using Microsoft.AspNetCore.DataProtection;

namespace Rapport.Server.Pages.Outcomes;

/// <summary>How a form names one of the looks of whoever looked: its position in the patient's ledger would tell how much happened to the record meanwhile. Thread safe.</summary>
internal sealed class LookMarks(IDataProtectionProvider protection) : NumberMarks(protection, "look");
