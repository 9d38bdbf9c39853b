using Microsoft.AspNetCore.DataProtection;

namespace Rapport.Server.Pages.Acting;

/// <summary>How a form names what somebody who acts for a patient brought: the number of a source tells how many entries the record had. Thread safe.</summary>
internal sealed class BroughtMarks(IDataProtectionProvider protection) : NumberMarks(protection, "brought");
