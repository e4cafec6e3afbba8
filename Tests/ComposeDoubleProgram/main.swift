import ComposeDouble
import Foundation

exit(DoubleProgram.main())
